// tracer/render/lifelines.hpp - which lifeline a call, a segment or a process stands on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "correlate/timeline.hpp"
#include "render/cast.hpp"
#include "render/diagram.hpp"

namespace sockstep::render {

/// Made by two passes: first note() all that will be drawn, then arrange(), then ask.
class Lifelines {
public:
    Lifelines(const correlate::Timeline& timeline, const std::vector<Role>& roles);

    void note_thread(const std::string& host, const std::string& program, int pid, int tid);
    void note_segment(const correlate::Segment& segment);

    /// From left to right: hosts of clients, then of servers; TCP always on the inner side.
    std::vector<Lifeline> arrange();

    std::size_t of_thread(const std::string& program, int pid, int tid) const;
    bool knows(const std::string& program) const { return first_thread_.contains(program); }
    /// Of the first thread of a program.
    std::size_t of_program(const std::string& program) const;
    std::size_t of_end(std::uint64_t connection, tcp::Side side) const;

private:
    struct Host {
        std::string name;
        tcp::Side side = tcp::Side::Client;
        std::vector<int> threads;  // by tid, in the order of their coming
        bool has_segments = false;
    };

    std::size_t host_of(const std::string& host, const std::string& program, tcp::Side side);
    std::size_t host_of_end(const tcp::Connection& connection, tcp::Side side);

    std::vector<Role> roles_;
    Cast cast_;
    std::vector<Host> hosts_;
    std::map<std::string, std::size_t> by_name_;
    std::map<int, std::pair<std::size_t, std::string>> threads_;                                  // by tid: host, name
    std::map<std::string, int> first_thread_;                                                     // by program
    std::map<std::pair<std::uint64_t, tcp::Side>, std::size_t> ends_;                             // hosts
    std::map<std::pair<std::uint64_t, tcp::Side>, std::pair<std::string, std::string>> callers_;  // host, program
    std::map<int, std::size_t> line_of_thread_;
    std::vector<std::size_t> line_of_host_;
};

}  // namespace sockstep::render
