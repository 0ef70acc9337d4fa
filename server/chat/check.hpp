// server/chat/check.hpp - a system call that failed becomes an exception that names it.
#pragma once

#include <cerrno>
#include <concepts>
#include <system_error>

namespace chat {

/// Returns `result`, or throws std::system_error naming `call` when the kernel said no.
template <std::signed_integral Result>
Result check(Result result, const char* call) {
    if (result == -1) {
        throw std::system_error{errno, std::generic_category(), call};
    }
    return result;
}

}  // namespace chat
