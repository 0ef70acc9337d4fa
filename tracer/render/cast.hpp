// tracer/render/cast.hpp - who takes part in a run: programs with their sides, processes and threads with short names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "record/process.hpp"
#include "tcp/state.hpp"

namespace sockstep::render {

/// A program of the run, as its user named and called it.
struct Role {
    std::string program;  // "client2"
    std::string command;  // "echo-client localhost 5000"
    tcp::Side side = tcp::Side::Client;

    friend bool operator==(const Role&, const Role&) = default;
};

/// Gives names to processes and threads in the order in which they come: the first process of a program has the
/// program's name, "server"; then come "server/p2" and "server/t2", a thread; "server/p2/t2" is the second thread of
/// another process.
class Cast {
public:
    explicit Cast(std::vector<Role> roles) : roles_{std::move(roles)} {}

    const std::vector<Role>& roles() const { return roles_; }
    /// Where a program of no connection stands: as the user said, otherwise on the left.
    tcp::Side side_of(std::string_view program) const;

    /// The name of a thread; a new one if it was not seen before.
    const std::string& name_of(const std::string& program, int pid, int tid);
    /// The id is free again: another process or thread may have it.
    void forget(int tid) { names_.erase(tid); }

    /// The name, if it must be told: there are others on that side, or it is not the first thread of its program.
    std::string told_name_of(const std::string& program, int pid, int tid, tcp::Side side);

private:
    struct Counts {
        int processes = 0;
        std::map<std::string, int> threads;  // by the name of their process
    };

    std::string next_process(const std::string& program);
    bool is_alone(std::string_view program, tcp::Side side) const;

    std::vector<Role> roles_;
    std::map<int, std::string> names_;  // by thread id
    std::map<std::string, Counts> counts_;
};

}  // namespace sockstep::render
