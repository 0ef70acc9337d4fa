// tracer/step/request.cpp - the words of stepping, each with what may follow it.
#include "step/request.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "base/words.hpp"

namespace sockstep::step {

namespace {

/// What may follow a word.
enum class Follows : std::uint8_t {
    Nothing,
    Number,  // or nothing
    Time,    // a number or nothing, and a time
    Text,    // must not be empty
    Line,    // a program's name, and perhaps a text
};

struct Row {
    std::string_view name;
    Word word;
    Follows follows;
    std::string_view usage;
    std::string_view help;
};

constexpr std::array words{
    Row{"next", Word::Next, Follows::Number, "Enter", "let the next in order happen; a number: that one of what waits"},
    Row{"calls", Word::Calls, Follows::Nothing, "calls", "stop only at calls; segments pass by themselves"},
    Row{"segments", Word::Segments, Follows::Nothing, "segments", "stop only at segments; calls go on by themselves"},
    Row{"both", Word::Both, Follows::Nothing, "both", "stop at calls and at segments"},
    Row{"until", Word::Until, Follows::Text, "until [NAME] WORD",
        "go on until a call of that name, a segment (SYN, SYN-ACK, ACK, data, FIN, RST), or a text printed"},
    Row{"drop", Word::Drop, Follows::Number, "drop [N]", "lose a segment that waits: number N, or the first"},
    Row{"duplicate", Word::Duplicate, Follows::Number, "duplicate [N]", "deliver it twice"},
    Row{"delay", Word::Delay, Follows::Time, "delay [N] 200ms", "deliver it later, and go on meanwhile"},
    Row{"corrupt", Word::Corrupt, Follows::Number, "corrupt [N]", "flip a bit of it on the way"},
    Row{"type", Word::Type, Follows::Line, "type NAME TEXT", "type a line into a program; ^D alone ends its input"},
    Row{"run", Word::Run, Follows::Nothing, "run",
        "stop at nothing any more but what --hold chose; on a terminal Enter stops again"},
    Row{"back", Word::Back, Follows::Number, "back [N]", "show what was before: nothing is undone"},
    Row{"forward", Word::Forward, Follows::Number, "forward [N]", "the other way"},
    Row{"why", Word::Why, Follows::Nothing, "why", "the rules behind what is shown, at length"},
    Row{"all", Word::All, Follows::Nothing, "all", "all of this stop, where it is longer than the window"},
    Row{"save", Word::Save, Follows::Text, "save FILE", "write what has happened so far, as JSON lines"},
    Row{"help", Word::Help, Follows::Nothing, "help", "this list"},
    Row{"quit", Word::Quit, Follows::Nothing, "quit", "end the programs, and this"},
};

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Cuts the first word off; one blank after it goes too.
std::string_view take_word(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_of(blanks), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

std::optional<std::size_t> number_in(std::string_view text) {
    const auto number = base::number_in<std::size_t>(text);
    return number.value_or(0) > 0 ? number : std::nullopt;
}

/// "200ms", "1.5s", "800us". Longer than a day is no time that anybody waits.
std::optional<base::Duration> time_in(std::string_view text) {
    constexpr double day = 86'400e9;  // Units: nanoseconds, here and below
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    const double each = unit == "s" ? 1e9 : (unit == "ms" ? 1e6 : (unit == "us" ? 1e3 : 0));
    if (error != std::errc{} || each == 0 || !(value > 0 && value * each <= day)) {
        return std::nullopt;
    }
    return base::Duration{std::llround(value * each)};
}

using Understood = std::variant<Request, Misunderstood>;

Understood with_number(const Row& row, std::string_view rest) {
    if (rest.empty()) {
        return Request{.word = row.word};
    }
    const std::optional<std::size_t> number = number_in(rest);
    return number ? Understood{Request{.word = row.word, .number = *number}}
                  : Misunderstood{fmt::format("{}: {} is no number of what waits", row.usage, rest)};
}

Understood with_time(const Row& row, std::string_view rest) {
    Request request{.word = row.word};
    std::string_view first = take_word(rest);
    if (!trimmed(rest).empty()) {
        const std::optional<std::size_t> number = number_in(first);
        if (!number) {
            return Misunderstood{fmt::format("{}: {} is no number of what waits", row.usage, first)};
        }
        request.number = *number;
        first = trimmed(rest);
    }
    const std::optional<base::Duration> time = time_in(first);
    if (!time) {
        return Misunderstood{fmt::format("{}: how long? A time such as 200ms, 1.5s or 800us", row.usage)};
    }
    request.delay = *time;
    return request;
}

Understood with_line(const Row& row, std::string_view rest) {
    const std::string_view program = take_word(rest);
    if (program.empty()) {
        return Misunderstood{fmt::format("{}: which program?", row.usage)};
    }
    if (constexpr std::size_t most = 4095; rest.size() > most) {  // before the newline: termios(3)
        return Misunderstood{
            fmt::format("{}: a line has {} octets; a terminal takes {}", row.usage, rest.size(), most)};
    }
    return Request{.word = row.word, .program = std::string{program}, .text = std::string{rest}};
}

Understood with_rest(const Row& row, std::string_view rest) {
    switch (row.follows) {
        case Follows::Nothing:
            return rest.empty() ? Understood{Request{.word = row.word}}
                                : Misunderstood{fmt::format("nothing follows {}", row.name)};
        case Follows::Number:
            return with_number(row, rest);
        case Follows::Time:
            return with_time(row, rest);
        case Follows::Text:
            return rest.empty() ? Understood{Misunderstood{fmt::format("{}: something is missing", row.usage)}}
                                : Request{.word = row.word, .text = std::string{rest}};
        case Follows::Line:
            return with_line(row, rest);
    }
    return Misunderstood{};
}

}  // namespace

std::variant<Request, Misunderstood> understand(std::string_view line) {
    std::string_view rest = trimmed(line);
    if (rest.empty()) {
        return Request{};
    }
    if (const std::optional<std::size_t> number = number_in(rest)) {
        return Request{.number = *number};
    }
    if (rest.find_first_not_of("0123456789") == std::string_view::npos) {
        return Misunderstood{fmt::format("there is no number {}", rest)};
    }
    const std::string_view word = take_word(rest);
    std::vector<const Row*> candidates;
    for (const Row& row : words) {
        if (row.name == word) {
            candidates = {&row};
            break;
        }
        if (row.name.starts_with(word)) {
            candidates.push_back(&row);
        }
    }
    if (candidates.empty()) {
        return Misunderstood{fmt::format("{} is no command", word)};
    }
    if (candidates.size() > 1) {
        std::vector<std::string_view> names;
        std::ranges::transform(candidates, std::back_inserter(names), &Row::name);
        return Misunderstood{fmt::format("{} may be {}", word, fmt::join(names, " or "))};
    }
    // Of a line to type, blanks count.
    const Row& row = *candidates.front();
    return with_rest(row, row.follows == Follows::Line ? rest : trimmed(rest));
}

std::string_view form_after(std::string_view line) {
    for (const Row& row : words) {
        const bool has_only_word = line.ends_with(' ') && line.substr(0, line.size() - 1) == row.name;
        if (has_only_word && row.usage.starts_with(line)) {
            return row.usage.substr(line.size());
        }
    }
    return "";
}

std::vector<WordHelp> help_of_words() {
    std::vector<WordHelp> all;
    all.reserve(words.size());
    for (const Row& row : words) {
        all.push_back({row.usage, row.help});
    }
    return all;
}

}  // namespace sockstep::step
