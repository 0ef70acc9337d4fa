// tracer/step/request.hpp - what the user said, as a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/timestamp.hpp"

namespace sockstep::step {

enum class Word : std::uint8_t {
    Next,  // an empty line, or a number
    Calls,
    Segments,
    Both,
    Until,
    Drop,
    Duplicate,
    Delay,
    Corrupt,
    Type,
    Run,
    Back,
    Forward,
    Why,
    All,
    Save,
    Help,
    Quit,
};

struct Request {
    Word word = Word::Next;
    std::size_t number = 0;  // of what waits, or how many stops; 0: none was given
    std::string program{};   // Type
    std::string text{};      // Type: the line; Until: what to look for; Save: the file
    base::Duration delay{};  // Delay

    friend bool operator==(const Request&, const Request&) = default;
};

/// What is wrong with a line: "\"b\" may be both or back".
struct Misunderstood {
    std::string why;

    friend bool operator==(const Misunderstood&, const Misunderstood&) = default;
};

/// Words may be shortened as far as they stay unique.
std::variant<Request, Misunderstood> understand(std::string_view line);

/// What is still to be written of a line that has only its word: of "type " it is "NAME TEXT". Empty for any other.
std::string_view form_after(std::string_view line);

/// "drop [N]", and what that does.
struct WordHelp {
    std::string_view usage;
    std::string_view meaning;
};
std::vector<WordHelp> help_of_words();

}  // namespace sockstep::step
