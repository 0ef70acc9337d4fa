// tests/app/cli.hpp - the built sockstep, run to its end under conditions of a test's choice.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace sockstep::app::test {

/// What is around the program. A terminal, or a pipe that stays open: support::Program.
struct Conditions {
    std::string input{};                     // what a regular file at standard input holds
    std::string output_path{};               // standard output is this file, and Outcome::out stays empty
    std::vector<int> closed{};               // of the descriptors 0, 1, 2
    std::vector<std::string> environment{};  // "NAME=value": all of it
    std::optional<uid_t> user{};
    bool without_namespaces = false;  // a seccomp filter forbids user namespaces
};

constexpr int patience = 60'000;  // milliseconds, until an event that does not come is a failure

/// Where Debian's programs are found, and nothing of the user's own is set.
inline const Conditions usual{.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}};

struct Outcome {
    int status = 0;  // exit status, or minus the signal that ended it
    std::string out;
    std::string err;
};

/// Runs `sockstep ARGUMENTS`. Its standard streams are files. Throws: std::runtime_error if it does not
/// end within a minute.
Outcome run(const std::vector<std::string>& arguments, const Conditions& conditions = {});

/// The path of sockstep, and its arguments: for support::Program.
std::vector<std::string> command(const std::vector<std::string>& arguments);

/// Somebody without privileges: another user if we are root, otherwise ourselves.
std::optional<uid_t> ordinary_user();

std::vector<std::string> lines(const std::string& text);
/// A JSON value for each line. Throws: if one is none.
std::vector<nlohmann::json> json_lines(const std::string& text);
/// Those of them that are of `type`.
std::vector<nlohmann::json> of_type(const std::vector<nlohmann::json>& all, std::string_view type);

}  // namespace sockstep::app::test
