// server/chat/line_splitter.hpp - bytes as recv() gave them to lines as their sender wrote them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

struct Line {
    std::string text;       // without its line end; empty when too_long
    bool too_long = false;  // it had more bytes than allowed, and none were kept
};

/// TCP keeps no borders: one recv() may bring half a line or ten. This keeps what is unfinished, and gives whole lines.
///
/// A line ends with LF, or CRLF. Telnet commands (IAC ...) are taken out, so that telnet is a client like any other;
/// the byte that begins them, 255, is never part of UTF-8. A LF always ends the line, even within a command: the server
/// negotiates nothing, so binary rubbish is likelier there than telnet. Source: RFC 854.
///
/// Never holds more than one line of the longest length and what was last added. Wipes what it has given away: it may
/// have been a password.
class LineSplitter {
public:
    explicit LineSplitter(std::size_t longest) : longest_{longest} {}

    void add(std::string_view bytes);
    /// The next whole line, or nothing: then more must be added.
    std::optional<Line> next();

private:
    enum class Telnet { Text, Command, Option, Parameters, ParametersCommand };

    bool is_text(unsigned char byte);
    Line finish();

    std::size_t longest_;
    std::string added_;  // bytes not looked at yet, from looked_at_ on
    std::size_t looked_at_ = 0;
    std::string line_;  // the line that is being gathered; too_long_: it is being skipped
    bool too_long_ = false;
    Telnet telnet_ = Telnet::Text;
};

/// Overwrites the whole of `secret` with zeros, then empties it.
void wipe(std::string& secret);

}  // namespace chat
