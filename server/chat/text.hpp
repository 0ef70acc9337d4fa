// server/chat/text.hpp - what a stranger wrote, made fit to be shown to others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat {

enum class LineFeeds { Remove, Keep };

/// `text` without what could steer a terminal or change the order in which text is read: C0 controls, DEL, C1 controls,
/// line and paragraph separators, bidirectional embeddings, overrides and isolates. A tab becomes a space.
std::u32string printable(std::u32string_view text, LineFeeds line_feeds);

/// One line from a client as the others will see it: valid UTF-8, printable, without blanks at its ends.
std::string clean_line(std::string_view bytes);

/// A name as the others will see it: as clean_line(), without invisible characters, and with single blanks.
std::string clean_name(std::string_view bytes);

/// Why a clean name cannot be used, as a sentence for its owner; nothing when it can.
std::optional<std::string> problem_with_name(std::string_view name);

/// Whether two clean names would be taken for each other: ASCII letters are compared without their case.
bool same_name(std::string_view left, std::string_view right);

}  // namespace chat
