// tracer/step/keys.cpp - one key after the other.
#include "step/keys.hpp"

#include <array>
#include <utility>

namespace sockstep::step {

namespace {

constexpr char escape = '\x1b';
constexpr char enter = '\r';
constexpr char newline = '\n';
constexpr char backspace = '\x7f';
constexpr char old_backspace = '\b';
constexpr char control_c = '\x03';
constexpr char control_d = '\x04';
constexpr char control_u = '\x15';

struct Key {
    char key;
    std::string_view word;
    bool needs_more = false;
};

constexpr std::array keys{
    Key{' ', ""},
    Key{'n', ""},
    Key{'c', "calls"},
    Key{'s', "segments"},
    Key{'b', "both"},
    Key{'d', "drop"},
    Key{'r', "run"},
    Key{'x', "duplicate"},
    Key{'w', "why"},
    Key{'a', "all"},
    Key{'X', "corrupt"},
    Key{'h', "help"},
    Key{'?', "help"},
    Key{'q', "quit"},
    Key{'t', "type ", true},
    Key{'u', "until ", true},
    Key{'D', "delay ", true},
    Key{'S', "save ", true},
    Key{':', "", true},
};

bool is_control(char octet) {
    return (octet >= 0 && octet < ' ') || octet == backspace;
}

/// A later octet of a UTF-8 character. Source: RFC 3629 section 3
bool continues_character(char octet) {
    return (static_cast<unsigned char>(octet) & 0xc0U) == 0x80U;
}

}  // namespace

std::vector<std::string> Keys::press(std::string_view octets) {
    std::vector<std::string> lines;
    while (!octets.empty()) {
        if (is_control(octets.front())) {
            press_control(octets, lines);
        } else {
            press_plain(octets.front(), lines);
            octets.remove_prefix(1);
        }
    }
    return lines;
}

void Keys::press_control(std::string_view& octets, std::vector<std::string>& lines) {
    const char key = octets.front();
    octets.remove_prefix(1);
    if (key == escape) {
        press_escape(octets, lines);
    } else if (key == enter || key == newline) {
        lines.push_back(std::exchange(line_, {}));
        writing_ = false;
    } else if (key == control_c || key == control_d) {
        lines.emplace_back("quit");
    } else if (key == backspace || key == old_backspace) {
        erase_last();
    } else if (key == control_u) {
        line_.clear();
        writing_ = false;
    }
}

/// Escape alone, or the beginning of what a terminal sends for an arrow. Source: ECMA-48 section 5.4; xterm's control
/// sequences, "PC-Style Function Keys"
void Keys::press_escape(std::string_view& octets, std::vector<std::string>& lines) {
    if (octets.empty() || (octets.front() != '[' && octets.front() != 'O')) {
        line_.clear();
        writing_ = false;
        return;
    }
    octets.remove_prefix(1);
    while (!octets.empty() && (octets.front() < '@' || octets.front() > '~')) {
        octets.remove_prefix(1);  // parameters
    }
    const char last = octets.empty() ? ' ' : octets.front();
    octets.remove_prefix(octets.empty() ? 0 : 1);
    if (!writing_ && (last == 'A' || last == 'D')) {
        lines.emplace_back("back");
    } else if (!writing_ && (last == 'B' || last == 'C')) {
        lines.emplace_back("forward");
    }
}

void Keys::press_plain(char key, std::vector<std::string>& lines) {
    if (writing_) {
        line_ += key;
        return;
    }
    for (const Key& each : keys) {
        if (each.key == key) {
            if (each.needs_more) {
                line_ = each.word;
                writing_ = true;
            } else {
                lines.emplace_back(each.word);
            }
            return;
        }
    }
    if (key >= '1' && key <= '9') {
        line_ = key;
        writing_ = true;
    }
}

void Keys::erase_last() {
    while (!line_.empty() && continues_character(line_.back())) {
        line_.pop_back();
    }
    if (!line_.empty()) {
        line_.pop_back();
    }
    writing_ = writing_ && !line_.empty();
}

std::string_view keys_help() {
    return "Enter next  1-9 that one  d drop  x twice  X corrupt  D delay  t type  u until\n"
           "r run  c calls  s segments  b both  arrows  w why  a all  S save  ? help  q quit";
}

}  // namespace sockstep::step
