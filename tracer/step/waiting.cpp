// tracer/step/waiting.cpp - an order that does not depend on which processor was quicker.
#include "step/waiting.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

namespace sockstep::step {

void WaitingList::insert(std::variant<CallWaits, SegmentWaits> what, std::size_t host) {
    const auto place = [](const Waiting& waiting) {
        return std::tuple{waiting.rest, waiting.is_call(), waiting.host, waiting.arrival};
    };
    Waiting waiting{std::move(what), rests_, host, ++arrivals_};
    all_.insert(std::ranges::upper_bound(all_, place(waiting), {}, place), std::move(waiting));
}

/// Hosts that nobody told us of come last.
std::size_t WaitingList::host_number(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::find(hosts_, name) - hosts_.begin());
}

bool WaitingList::remove(bool is_call, std::uint64_t hold) {
    return std::erase_if(all_, [&](const Waiting& waiting) {
               return waiting.is_call() == is_call && waiting.hold() == hold;
           }) > 0;
}

Waiting WaitingList::take(std::size_t position) {
    Waiting taken = std::move(all_[position]);
    all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(position));
    return taken;
}

std::size_t WaitingList::first_segment() const {
    const auto found = std::ranges::find_if(all_, [](const Waiting& waiting) { return !waiting.is_call(); });
    return static_cast<std::size_t>(found - all_.begin());
}

bool is_kind(const decode::TcpSegment& packet, std::string_view word) {
    std::string kind{word};
    std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const decode::TcpFlags flags = packet.flags;
    if (kind == "syn") {
        return flags.syn() && !flags.ack();
    }
    if (kind == "syn-ack") {
        return flags.syn() && flags.ack();
    }
    if (kind == "ack") {
        return flags.ack() && !flags.syn() && !flags.fin() && !flags.rst() && packet.payload_length == 0;
    }
    return (kind == "data" && packet.payload_length > 0) || (kind == "fin" && flags.fin()) ||
           (kind == "rst" && flags.rst());
}

}  // namespace sockstep::step
