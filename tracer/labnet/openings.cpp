// tracer/labnet/openings.cpp - a SYN-ACK begins the watch over a connection; what its kernel says ends it.
#include "labnet/openings.hpp"

#include <netinet/tcp.h>

#include <algorithm>
#include <variant>

#include "decode/frame.hpp"

namespace sockstep::labnet {

namespace {

/// Those whose client has gone silent need not be kept for ever.
constexpr std::size_t most_openings = 1024;

}  // namespace

Openings::Openings(const Network& network) {
    for (const Host& host : network.hosts()) {
        kernels_.emplace_back(network.network_of(host));
    }
}

std::vector<Openings::Opening>::iterator Openings::opening_of(const base::Endpoint& acceptor,
                                                              const base::Endpoint& connector) {
    return std::ranges::find_if(openings_, [&](const Opening& each) {
        return each.ends.acceptor == acceptor && each.ends.connector == connector;
    });
}

void Openings::enters(const record::Frame& frame) {
    const decode::Decoded decoded = decode::decode(frame.link, frame.bytes, frame.wire_length);
    const auto* segment = std::get_if<decode::TcpSegment>(&decoded);
    if (segment == nullptr || !segment->flags.ack() || segment->flags.rst()) {
        return;
    }
    if (segment->flags.syn()) {
        if (opening_of(segment->source, segment->destination) == openings_.end()) {
            openings_.push_back({{segment->source, segment->destination}, {}});
        }
        if (openings_.size() > most_openings) {
            openings_.erase(openings_.begin());
        }
        return;
    }
    if (const auto opening = opening_of(segment->destination, segment->source); opening != openings_.end()) {
        opening->frames.push_back(frame.number);
    }
}

void Openings::ask(record::Passage& passage) {
    if (passage.fate != record::Fate::Delivered || passage.corrupted || passage.to < 0) {
        return;
    }
    const auto opening = std::ranges::find_if(
        openings_, [&](const Opening& each) { return std::ranges::count(each.frames, passage.frame) > 0; });
    if (opening == openings_.end()) {
        return;
    }
    const KernelQuery& kernel = kernels_[static_cast<std::size_t>(passage.to)];
    const auto connection = kernel.find(opening->ends.acceptor, opening->ends.connector);
    if (connection && (connection->state == TCP_SYN_RECV || connection->state == TCP_LISTEN)) {
        const auto listener = kernel.listener(opening->ends.acceptor);
        const bool is_full = listener && listener->state == TCP_LISTEN && listener->waiting > listener->most_waiting;
        passage.opening = record::Opening{false, connection->state == TCP_SYN_RECV, is_full};
        return;
    }
    if (connection) {
        passage.opening = record::Opening{true, true, false};
    }
    openings_.erase(opening);
}

}  // namespace sockstep::labnet
