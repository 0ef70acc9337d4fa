// tracer/calls/arguments.cpp - decoders of the calls that make, name, set and close sockets.
#include "calls/arguments.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <algorithm>

#include "calls/address.hpp"
#include "calls/names.hpp"

namespace sockstep::calls {

namespace {

Address read_address(const Memory& memory, std::uint64_t address, std::uint64_t length) {
    Address read;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(length, sizeof read.storage));
    read.length = address == 0 ? 0 : memory.read(address, &read.storage, size);
    return read;
}

void socket_arguments(const CallView& call, std::vector<record::Argument>& arguments) {
    arguments.push_back({"domain", family_name(call.number(0))});
    arguments.push_back({"type", socket_type(call.number(1))});
    arguments.push_back({"protocol", protocol_name(call.number(0), call.number(2))});
}

/// An option's value as a person would write it; its size tells what it is.
record::Argument option_value(const Memory& memory, int level, int name, std::uint64_t at, std::uint64_t size) {
    if (level == SOL_SOCKET && name == SO_LINGER) {
        const auto value = memory.value<linger>(at);
        return {"optval", value ? fmt::format("{{l_onoff={}, l_linger={}}}", value->l_onoff, value->l_linger) : "?"};
    }
    if (level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO) && size == sizeof(timeval)) {
        const auto value = memory.value<timeval>(at);
        return {"optval", value ? fmt::format("{}.{:06} s", value->tv_sec, value->tv_usec) : "?"};
    }
    if (level == IPPROTO_TCP && (name == TCP_CONGESTION || name == TCP_ULP)) {
        const std::string text = memory.data(at, size);
        return {"optval", text.substr(0, text.find('\0'))};
    }
    if (size == sizeof(int)) {
        const auto value = memory.value<int>(at);
        if (value && level == SOL_SOCKET && name == SO_ERROR && *value != 0) {
            return {"optval", error_name(*value)};
        }
        return value ? record::Argument{"optval", std::int64_t{*value}} : record::Argument{"optval", "?"};
    }
    return {"optval", fmt::format("{} octets", size)};
}

}  // namespace

std::string address_text(const Memory& memory, std::uint64_t address, std::uint64_t length) {
    return to_string(read_address(memory, address, length));
}

std::string filled_address(const Memory& memory, std::uint64_t address, std::uint64_t length_at) {
    const auto length = memory.value<socklen_t>(length_at);
    return address == 0 || !length ? "" : address_text(memory, address, *length);
}

void socket_begin(const CallView& call, Begin& begin) {
    socket_arguments(call, begin.arguments);
}

void socketpair_begin(const CallView& call, Begin& begin) {
    socket_arguments(call, begin.arguments);
}

void socketpair_end(const CallView& call, End& end) {
    if (const auto made = call.memory.value<std::array<int, 2>>(call.args[3])) {
        end.results.push_back({"sv", fmt::format("[{}, {}]", (*made)[0], (*made)[1])});
    }
}

void address_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"addr", address_text(call.memory, call.args[1], call.args[2])});
}

void connect_begin(const CallView& call, Begin& begin) {
    address_begin(call, begin);
    begin.waits = true;
}

void address_end(const CallView& call, End& end) {
    std::string address = filled_address(call.memory, call.args[1], call.args[2]);
    if (!address.empty()) {
        end.results.push_back({"addr", std::move(address)});
    }
}

void listen_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"backlog", std::int64_t{call.number(1)}});
}

void accept_begin(const CallView& /*call*/, Begin& begin) {
    begin.waits = true;
}

void accept4_begin(const CallView& call, Begin& begin) {
    begin.waits = true;
    begin.arguments.push_back({"flags", descriptor_flags(call.args[3])});
}

void shutdown_begin(const CallView& call, Begin& begin) {
    const int how = call.number(1);
    begin.arguments.push_back({"how", shutdown_how(how)});
    begin.reads = how == SHUT_RD || how == SHUT_RDWR;
    begin.writes = how == SHUT_WR || how == SHUT_RDWR;
}

void close_range_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"first", static_cast<std::int64_t>(static_cast<unsigned>(call.args[0]))});
    begin.arguments.push_back({"last", static_cast<std::int64_t>(static_cast<unsigned>(call.args[1]))});
    begin.arguments.push_back({"flags", close_range_flags(call.args[2])});
}

void dup2_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"newfd", std::int64_t{call.number(1)}});
}

void dup3_begin(const CallView& call, Begin& begin) {
    dup2_begin(call, begin);
#ifndef SYS_dup2
    if (call.number(2) == 0) {
        begin.name = "dup2";  // the C library has no other way to do it here
        return;
    }
#endif
    begin.arguments.push_back({"flags", open_flags(call.args[2]) == "O_RDONLY" ? "0" : descriptor_flags(call.args[2])});
}

void fcntl_begin(const CallView& call, Begin& begin) {
    const int command = call.number(1);
    begin.arguments.push_back({"cmd", fcntl_command(call.args[1] & 0xFFFFFFFF)});
    if (command == F_SETFL) {
        begin.arguments.push_back({"arg", open_flags(call.args[2] & 0xFFFFFFFF)});
    } else {
        begin.kind = record::CallKind::Duplicate;
        begin.arguments.push_back({"arg", std::int64_t{call.number(2)}});
    }
}

void ioctl_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"request", ioctl_request(call.args[1] & 0xFFFFFFFF)});
    if ((call.args[1] & 0xFFFFFFFF) == FIONBIO) {
        if (const auto value = call.memory.value<int>(call.args[2])) {
            begin.arguments.push_back({"argp", std::int64_t{*value}});
        }
    }
}

void ioctl_end(const CallView& call, End& end) {
    if ((call.args[1] & 0xFFFFFFFF) == FIONREAD) {
        if (const auto value = call.memory.value<int>(call.args[2])) {
            end.results.push_back({"argp", std::int64_t{*value}});
        }
    }
}

void setsockopt_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"level", option_level(call.number(1))});
    begin.arguments.push_back({"optname", option_name(call.number(1), call.number(2))});
    begin.arguments.push_back(
        option_value(call.memory, call.number(1), call.number(2), call.args[3], call.args[4] & 0xFFFFFFFF));
}

void getsockopt_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"level", option_level(call.number(1))});
    begin.arguments.push_back({"optname", option_name(call.number(1), call.number(2))});
}

void getsockopt_end(const CallView& call, End& end) {
    if (const auto length = call.memory.value<socklen_t>(call.args[4])) {
        end.results.push_back(option_value(call.memory, call.number(1), call.number(2), call.args[3], *length));
    }
}

void io_uring_setup_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"entries", static_cast<std::int64_t>(static_cast<std::uint32_t>(call.args[0]))});
}

}  // namespace sockstep::calls
