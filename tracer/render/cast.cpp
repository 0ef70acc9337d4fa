// tracer/render/cast.cpp - names, counted per program and per process.
#include "render/cast.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sockstep::render {

tcp::Side Cast::side_of(std::string_view program) const {
    const auto found = std::ranges::find(roles_, program, &Role::program);
    return found == roles_.end() ? tcp::Side::Client : found->side;
}

const std::string& Cast::name_of(const std::string& program, int pid, int tid) {
    if (const auto known = names_.find(tid); known != names_.end()) {
        return known->second;
    }
    if (pid == tid) {
        return names_[tid] = next_process(program);
    }
    const std::string process = name_of(program, pid, pid);
    int& threads = counts_[program].threads[process];
    return names_[tid] = fmt::format("{}/t{}", process, ++threads + 1);
}

std::string Cast::next_process(const std::string& program) {
    const int number = ++counts_[program].processes;
    return number == 1 ? program : fmt::format("{}/p{}", program, number);
}

std::string Cast::told_name_of(const std::string& program, int pid, int tid, tcp::Side side) {
    const std::string& name = name_of(program, pid, tid);
    return name == program && is_alone(program, side) ? std::string{} : name;
}

bool Cast::is_alone(std::string_view program, tcp::Side side) const {
    return std::ranges::all_of(roles_,
                               [&](const Role& role) { return (role.program == program) == (role.side == side); });
}

}  // namespace sockstep::render
