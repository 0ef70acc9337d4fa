// tracer/render/lifelines.cpp - hosts in the order of their coming, each with its threads.
#include "render/lifelines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ip_address.hpp"
#include "render/style.hpp"

namespace sockstep::render {

using correlate::Timeline;

Lifelines::Lifelines(const Timeline& timeline, const std::vector<Role>& roles) : roles_{roles}, cast_{roles} {
    for (const correlate::Call& call : timeline.calls) {
        if (call.connection != 0 && call.side) {
            callers_.try_emplace({call.connection, *call.side}, call.begin.host, call.begin.program);
        }
    }
}

std::size_t Lifelines::host_of(const std::string& host, const std::string& program, tcp::Side side) {
    const std::string name = host.empty() ? program : host;
    const auto [place, is_new] = by_name_.try_emplace(name, hosts_.size());
    if (is_new) {
        hosts_.push_back({printable(name), side, {}, false});
    }
    return place->second;
}

void Lifelines::note_thread(const std::string& host, const std::string& program, int pid, int tid) {
    if (threads_.contains(tid)) {
        return;
    }
    const std::size_t place = host_of(host, program, cast_.side_of(program));
    threads_[tid] = {place, cast_.name_of(program, pid, tid)};
    first_thread_.try_emplace(program, tid);
    hosts_[place].threads.push_back(tid);
}

/// The host of the program whose socket it is; where no program is traced, the address.
std::size_t Lifelines::host_of_end(const tcp::Connection& connection, tcp::Side side) {
    if (const auto caller = callers_.find({connection.id, side}); caller != callers_.end()) {
        return host_of(caller->second.first, caller->second.second, cast_.side_of(caller->second.second));
    }
    const std::string address = to_string(connection.of(side).endpoint.address);
    const auto [place, is_new] =
        by_name_.try_emplace(fmt::format("{} {}", address, static_cast<int>(side)), hosts_.size());
    if (is_new) {
        const bool guessed = connection.known_by == tcp::KnownBy::First;
        hosts_.push_back(
            {fmt::format("{}{} {}", side == tcp::Side::Client ? "client" : "server", guessed ? "?" : "", address),
             side,
             {},
             false});
    }
    return place->second;
}

void Lifelines::note_segment(const correlate::Segment& segment) {
    for (const tcp::Side side : {tcp::Side::Client, tcp::Side::Server}) {
        const std::pair key{segment.connection.id, side};
        if (!ends_.contains(key)) {
            ends_[key] = host_of_end(segment.connection, side);
            hosts_[ends_[key]].has_segments = true;
        }
    }
}

std::vector<Lifeline> Lifelines::arrange() {
    std::vector<Lifeline> lines;
    line_of_host_.resize(hosts_.size());
    for (const tcp::Side side : {tcp::Side::Client, tcp::Side::Server}) {
        for (std::size_t i = 0; i < hosts_.size(); ++i) {
            const Host& host = hosts_[i];
            if (host.side != side) {
                continue;
            }
            const bool tcp_apart = host.threads.size() > 1 && host.has_segments;
            const bool is_left = side == tcp::Side::Client;
            if (host.threads.empty() || (tcp_apart && !is_left)) {
                line_of_host_[i] = lines.size();
                lines.push_back({host.name, tcp_apart ? "TCP" : "", side, true, false});
            }
            for (const int tid : host.threads) {
                line_of_thread_[tid] = lines.size();
                const std::string name = printable(threads_[tid].second);
                lines.push_back({host.name, name == host.name && !tcp_apart ? "" : name, side, !tcp_apart, true});
            }
            if (tcp_apart && is_left) {
                line_of_host_[i] = lines.size();
                lines.push_back({host.name, "TCP", side, true, false});
            } else if (!tcp_apart && !host.threads.empty()) {
                line_of_host_[i] = line_of_thread_[host.threads.front()];
            }
        }
    }
    return lines;
}

std::size_t Lifelines::of_thread(const std::string& program, int pid, int tid) const {
    if (const auto own = line_of_thread_.find(tid); own != line_of_thread_.end()) {
        return own->second;
    }
    const auto process = line_of_thread_.find(pid);
    return process != line_of_thread_.end() ? process->second : of_program(program);
}

std::size_t Lifelines::of_program(const std::string& program) const {
    const auto first = first_thread_.find(program);
    return first == first_thread_.end() ? 0 : line_of_thread_.at(first->second);
}

std::size_t Lifelines::of_end(std::uint64_t connection, tcp::Side side) const {
    return line_of_host_[ends_.at({connection, side})];
}

}  // namespace sockstep::render
