// tracer/os/check.cpp - errno as an exception.
#include "os/check.hpp"

#include <cerrno>
#include <system_error>

namespace sockstep::os {

void throw_errno(const std::string& call) {
    throw std::system_error{errno, std::generic_category(), call};
}

}  // namespace sockstep::os
