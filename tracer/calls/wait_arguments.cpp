// tracer/calls/wait_arguments.cpp - decoders of the calls that wait for several descriptors.
#include <fmt/format.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <ctime>

#include "calls/arguments.hpp"
#include "calls/names.hpp"

namespace sockstep::calls {

namespace {

/// Absent: the kernel cannot read it either.
template <typename Time>
void add_timeout(const CallView& call, std::size_t index, Begin& begin) {
    if (call.args[index] == 0) {
        begin.waits = true;
        begin.arguments.push_back({"timeout", "NULL"});
        return;
    }
    std::int64_t seconds = 0;
    std::int64_t fraction = 0;
    const auto time = call.memory.value<Time>(call.args[index]);
    if (!time) {
        return;
    }
    seconds = time->tv_sec;
    if constexpr (std::is_same_v<Time, timeval>) {
        fraction = time->tv_usec;
        begin.arguments.push_back({"timeout", fmt::format("{}.{:06} s", seconds, fraction)});
    } else {
        fraction = time->tv_nsec;
        begin.arguments.push_back({"timeout", fmt::format("{}.{:09} s", seconds, fraction)});
    }
    begin.waits = seconds != 0 || fraction != 0;
}

void add_milliseconds(const CallView& call, std::size_t index, Begin& begin) {
    begin.arguments.push_back({"timeout", std::int64_t{call.number(index)}});
    begin.waits = call.number(index) != 0;
}

}  // namespace

void poll_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"nfds", static_cast<std::int64_t>(static_cast<std::uint32_t>(call.args[1]))});
    add_milliseconds(call, 2, begin);
}

void ppoll_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"nfds", static_cast<std::int64_t>(static_cast<std::uint32_t>(call.args[1]))});
    add_timeout<timespec>(call, 2, begin);
#ifndef SYS_poll
    if (call.args[3] == 0) {
        begin.name = "poll";  // the C library has no other way to do it here
    }
#endif
}

void select_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"nfds", std::int64_t{call.number(0)}});
    add_timeout<timeval>(call, 4, begin);
}

void pselect_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"nfds", std::int64_t{call.number(0)}});
    add_timeout<timespec>(call, 4, begin);
    if (call.args[5] == 0) {
        begin.name = "select";  // glibc's pselect() always gives a sixth argument, its select() never
    }
}

void epoll_create_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"size", std::int64_t{call.number(0)}});
}

void epoll_create1_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"flags", descriptor_flags(call.args[0] & 0xFFFFFFFF) == "SOCK_CLOEXEC"
                                            ? "EPOLL_CLOEXEC"
                                            : descriptor_flags(call.args[0] & 0xFFFFFFFF)});
}

void epoll_ctl_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"epfd", std::int64_t{call.number(0)}});
    begin.arguments.push_back({"op", epoll_operation(call.args[1] & 0xFFFFFFFF)});
    if (const auto events = call.memory.value<std::uint32_t>(call.args[3])) {
        begin.arguments.push_back({"events", epoll_events(*events)});
    }
}

void epoll_wait_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"maxevents", std::int64_t{call.number(2)}});
    add_milliseconds(call, 3, begin);
}

void epoll_pwait_begin(const CallView& call, Begin& begin) {
    epoll_wait_begin(call, begin);
    if (call.args[4] == 0) {
        begin.name = "epoll_wait";  // what some libraries make of it
    }
}

void epoll_pwait2_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"maxevents", std::int64_t{call.number(2)}});
    add_timeout<timespec>(call, 3, begin);
}

}  // namespace sockstep::calls
