// tracer/app/hints.cpp - one table, keyed by the call and its errno.
#include "app/hints.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace sockstep::app {

namespace {

struct Hint {
    std::string_view call;  // how the message begins
    int error;
    std::string_view text;
};

constexpr std::string_view may_not_capture =
    "capturing needs CAP_NET_RAW: run it with sudo, or give the program the right once with "
    "'sudo setcap cap_net_raw=ep $(command -v sockstep || echo build/bin/sockstep)'";

constexpr std::array hints{
    Hint{"capture", EPERM, may_not_capture},
    Hint{"capture", EACCES, may_not_capture},
    Hint{"create", ELOOP, "symbolic links are not followed: name the file itself"},
    Hint{"create", EPERM, "it belongs to somebody else: remove it, or choose another name"},
    Hint{"write", ENOSPC, "make room on that disk and try again"},
};

/// std::system_error::what() is what it was made with, ": " and the kernel's text.
std::string_view subject_of(const std::system_error& error) {
    return error.what();
}

}  // namespace

std::string hint_for(const std::system_error& error) {
    for (const Hint& hint : hints) {
        if (error.code().value() == hint.error && subject_of(error).starts_with(hint.call)) {
            return std::string{hint.text};
        }
    }
    return {};
}

std::string message_for(const std::system_error& error) {
    const std::string hint = hint_for(error);
    return fmt::format("{}{}{}", error.what(), hint.empty() ? "" : "; ", hint);
}

}  // namespace sockstep::app
