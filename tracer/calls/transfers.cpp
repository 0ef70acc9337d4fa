// tracer/calls/transfers.cpp - decoders of the calls that send and receive.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <bit>

#include "calls/arguments.hpp"
#include "calls/names.hpp"

namespace sockstep::calls {

namespace {

constexpr std::size_t most_pieces = 1024;  // UIO_MAXIOV: the kernel takes no more

std::uint64_t at(const void* theirs) {
    return std::bit_cast<std::uint64_t>(theirs);
}

std::vector<iovec> pieces(const Memory& memory, std::uint64_t address, std::uint64_t count) {
    return memory.values<iovec>(address, count, most_pieces);
}

std::vector<iovec> pieces(const Memory& memory, const msghdr& message) {
    return pieces(memory, at(message.msg_iov), message.msg_iovlen);
}

void add_flags(std::uint64_t flags, Begin& begin) {
    flags &= 0xFFFFFFFF;
    begin.arguments.push_back({"flags", message_flags(flags)});
    begin.waits = (flags & (MSG_DONTWAIT | MSG_ERRQUEUE | MSG_OOB)) == 0;
    begin.waits_for_all = begin.kind == record::CallKind::Receive && (flags & MSG_WAITALL) != 0;
    begin.peeks = begin.kind == record::CallKind::Receive && (flags & MSG_PEEK) != 0;
    begin.discards = begin.kind == record::CallKind::Receive && (flags & MSG_TRUNC) != 0;
    begin.beside_stream = begin.kind == record::CallKind::Receive && (flags & (MSG_OOB | MSG_ERRQUEUE)) != 0;
}

void add_length(const char* name, std::uint64_t length, Begin& begin) {
    begin.length = length;
    begin.arguments.push_back({name, static_cast<std::int64_t>(length)});
}

/// What the program wants to send to, or learns that it has received from.
std::string peer_name(const Memory& memory, const msghdr& message) {
    return message.msg_name == nullptr ? "" : address_text(memory, at(message.msg_name), message.msg_namelen);
}

std::uint64_t moved(const CallView& call) {
    return static_cast<std::uint64_t>(call.result);
}

/// Of a send that took `taken` octets of those in `pieces`.
std::string rest(const Memory& memory, const std::vector<iovec>& pieces, std::uint64_t taken) {
    const std::uint64_t all = total(pieces);
    return taken < all ? memory.data(pieces, taken, all - taken) : "";
}

void add_message_flags(int flags, End& end) {
    if (flags != 0) {
        end.results.push_back({"msg_flags", message_flags(static_cast<std::uint64_t>(flags))});
    }
}

std::vector<mmsghdr> message_headers(const CallView& call, std::uint64_t count) {
    return call.memory.values<mmsghdr>(call.args[1], count, most_pieces);
}

/// How many octets so many messages moved: the call itself returns how many messages.
void add_octets(const std::vector<mmsghdr>& all, End& end) {
    std::uint64_t octets = 0;
    for (const mmsghdr& each : all) {
        octets += each.msg_len;
    }
    end.moved = octets;
}

}  // namespace

void sendto_begin(const CallView& call, Begin& begin) {
    add_length("len", call.args[2], begin);
    add_flags(call.args[3], begin);
    begin.data = call.memory.data(call.args[1], call.args[2]);
    if (call.args[4] == 0 && call.args[5] == 0) {
        begin.name = "send";  // send(2): "equivalent to sendto(sockfd, buf, len, flags, NULL, 0)"
    } else {
        begin.arguments.push_back({"dest_addr", address_text(call.memory, call.args[4], call.args[5] & 0xFFFFFFFF)});
    }
}

void sendto_end(const CallView& call, End& end) {
    if (moved(call) < call.args[2]) {
        end.rest = call.memory.data(call.args[1] + moved(call), call.args[2] - moved(call));
    }
}

void sendmsg_begin(const CallView& call, Begin& begin) {
    const auto message = call.memory.value<msghdr>(call.args[1]);
    if (message) {
        const auto parts = pieces(call.memory, *message);
        const std::string peer = peer_name(call.memory, *message);
        if (!peer.empty()) {
            begin.arguments.push_back({"msg_name", peer});
        }
        begin.arguments.push_back({"msg_iovlen", static_cast<std::int64_t>(message->msg_iovlen)});
        begin.length = total(parts);
        begin.data = call.memory.data(parts, 0, begin.length);
    }
    add_flags(call.args[2], begin);
}

void sendmsg_end(const CallView& call, End& end) {
    if (const auto message = call.memory.value<msghdr>(call.args[1])) {
        end.rest = rest(call.memory, pieces(call.memory, *message), moved(call));
    }
}

void sendmmsg_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"vlen", static_cast<std::int64_t>(static_cast<std::uint32_t>(call.args[2]))});
    for (const mmsghdr& each : message_headers(call, call.args[2] & 0xFFFFFFFF)) {
        const auto parts = pieces(call.memory, each.msg_hdr);
        begin.length += total(parts);
        begin.data += call.memory.data(parts, 0, record::most_data - std::min(begin.data.size(), record::most_data));
    }
    add_flags(call.args[3], begin);
}

void sendmmsg_end(const CallView& call, End& end) {
    add_octets(message_headers(call, moved(call)), end);
    std::vector<iovec> all;
    for (const mmsghdr& each : message_headers(call, call.args[2] & 0xFFFFFFFF)) {
        const auto parts = pieces(call.memory, each.msg_hdr);
        all.insert(all.end(), parts.begin(), parts.end());
    }
    end.rest = rest(call.memory, all, *end.moved);
}

void write_begin(const CallView& call, Begin& begin) {
    add_length("count", call.args[2], begin);
    begin.waits = true;
    begin.data = call.memory.data(call.args[1], call.args[2]);
}

void writev_begin(const CallView& call, Begin& begin) {
    const auto parts = pieces(call.memory, call.args[1], call.args[2]);
    begin.arguments.push_back({"iovcnt", static_cast<std::int64_t>(call.args[2])});
    begin.length = total(parts);
    begin.waits = true;
    begin.data = call.memory.data(parts, 0, begin.length);
}

void writev_end(const CallView& call, End& end) {
    end.rest = rest(call.memory, pieces(call.memory, call.args[1], call.args[2]), moved(call));
}

void pwrite_begin(const CallView& call, Begin& begin) {
    write_begin(call, begin);
    begin.arguments.push_back({"offset", static_cast<std::int64_t>(call.args[3])});
}

void sendfile_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"in_fd", std::int64_t{call.number(1)}});
    if (const auto offset = call.memory.value<std::int64_t>(call.args[2])) {
        begin.arguments.push_back({"offset", *offset});
    }
    add_length("count", call.args[3], begin);
    begin.waits = true;
}

void splice_begin(const CallView& call, Begin& begin) {
    const bool sends = begin.kind == record::CallKind::Send;
    begin.arguments.push_back({sends ? "fd_in" : "fd_out", std::int64_t{call.number(sends ? 0 : 2)}});
    add_length("len", call.args[4], begin);
    begin.arguments.push_back({"flags", splice_flags(call.args[5] & 0xFFFFFFFF)});
    begin.waits = (call.args[5] & SPLICE_F_NONBLOCK) == 0;
}

void recvfrom_begin(const CallView& call, Begin& begin) {
    add_length("len", call.args[2], begin);
    add_flags(call.args[3], begin);
    if (call.args[4] == 0) {
        begin.name = "recv";  // recv(2): "equivalent to recvfrom(sockfd, buf, len, flags, NULL, NULL)"
    }
}

void recvfrom_end(const CallView& call, End& end) {
    end.data = call.memory.data(call.args[1], std::min(moved(call), call.args[2]));
    std::string source = filled_address(call.memory, call.args[4], call.args[5]);
    if (!source.empty()) {
        end.results.push_back({"src_addr", std::move(source)});
    }
}

void recvmsg_begin(const CallView& call, Begin& begin) {
    if (const auto message = call.memory.value<msghdr>(call.args[1])) {
        begin.arguments.push_back({"msg_iovlen", static_cast<std::int64_t>(message->msg_iovlen)});
        begin.length = total(pieces(call.memory, *message));
    }
    add_flags(call.args[2], begin);
}

void recvmsg_end(const CallView& call, End& end) {
    const auto message = call.memory.value<msghdr>(call.args[1]);
    if (!message) {
        return;
    }
    end.data = call.memory.data(pieces(call.memory, *message), 0, moved(call));
    const std::string source = peer_name(call.memory, *message);
    if (!source.empty() && message->msg_namelen != 0) {
        end.results.push_back({"msg_name", source});
    }
    add_message_flags(message->msg_flags, end);
}

void recvmmsg_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"vlen", static_cast<std::int64_t>(static_cast<std::uint32_t>(call.args[2]))});
    for (const mmsghdr& each : message_headers(call, call.args[2] & 0xFFFFFFFF)) {
        begin.length += total(pieces(call.memory, each.msg_hdr));
    }
    add_flags(call.args[3], begin);
}

void recvmmsg_end(const CallView& call, End& end) {
    const auto all = message_headers(call, moved(call));
    add_octets(all, end);
    for (const mmsghdr& each : all) {
        const std::uint64_t room = record::most_data - end.data.size();
        end.data += call.memory.data(pieces(call.memory, each.msg_hdr), 0, std::min<std::uint64_t>(each.msg_len, room));
    }
}

void read_begin(const CallView& call, Begin& begin) {
    add_length("count", call.args[2], begin);
    begin.waits = call.args[2] != 0;
}

void read_end(const CallView& call, End& end) {
    end.data = call.memory.data(call.args[1], moved(call));
}

void readv_begin(const CallView& call, Begin& begin) {
    begin.arguments.push_back({"iovcnt", static_cast<std::int64_t>(call.args[2])});
    begin.length = total(pieces(call.memory, call.args[1], call.args[2]));
    begin.waits = begin.length != 0;
}

void readv_end(const CallView& call, End& end) {
    end.data = call.memory.data(pieces(call.memory, call.args[1], call.args[2]), 0, moved(call));
}

void pread_begin(const CallView& call, Begin& begin) {
    read_begin(call, begin);
    begin.arguments.push_back({"offset", static_cast<std::int64_t>(call.args[3])});
}

}  // namespace sockstep::calls
