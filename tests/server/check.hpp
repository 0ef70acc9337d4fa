// tests/server/check.hpp - a system call of a test that must not fail.
#pragma once

#include <cerrno>
#include <system_error>

namespace support {

/// `result`, unless it is -1. Throws: std::system_error.
inline int check(int result, const char* call) {
    if (result == -1) {
        throw std::system_error{errno, std::generic_category(), call};
    }
    return result;
}

}  // namespace support
