// tracer/os/check.hpp - a system call that failed, said in one sentence.
#pragma once

#include <concepts>
#include <string>

/// os: checked system calls, descriptors, child processes, poll. Comes in: what to ask of the kernel. Goes out: a
/// value, or std::system_error that names the call. Used by every module that is not PURE.
namespace sockstep::os {

/// Throws std::system_error with the present errno; `call` says what was attempted, and on what: "open(trace.pcap)".
[[noreturn]] void throw_errno(const std::string& call);

/// Returns `result`, or throws std::system_error naming `call` when the kernel said no.
template <std::signed_integral Result>
Result check(Result result, const char* call) {
    if (result == -1) {
        throw_errno(call);
    }
    return result;
}

}  // namespace sockstep::os
