// tracer/app/shell_words.hpp - a command line split into words, as a shell does it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sockstep::app {

/// The words of `command`: separated by blanks, joined by '...', "..." and backslashes. Nothing else of a shell is
/// known: no variables, no patterns, no pipes, no redirections; their characters are text. The alternative is what is
/// wrong: "a ' has no partner". Source: POSIX.1-2017, Shell Command Language, section 2.2
std::variant<std::vector<std::string>, std::string> shell_words(std::string_view command);

}  // namespace sockstep::app
