// tracer/app/run_end.hpp - how the programs of a run are told to end, and how they ended.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "app/run_programs.hpp"
#include "calls/tracer.hpp"

namespace sockstep::app {

/// How it went.
struct RunResult {
    bool success = true;  // every program ended by itself with 0, or is a server that ended when told
    std::string ends;     // "client: exit status 0; server: killed by SIGINT, from sockstep"
    std::string failure;  // why the clients were not started; otherwise empty
    std::uint64_t dropped_frames = 0;
    std::uint64_t late = 0;  // frames and records that came after their place had been printed
};

class RunEnd {
public:
    RunEnd(const std::deque<RunningProgram>& programs, calls::Tracer& tracer) : programs_{programs}, tracer_{tracer} {}

    /// To all that live.
    void signal(int number);
    /// Of the programs, and of nothing else.
    RunResult result() const;

private:
    std::string end_of(const RunningProgram& program, bool& success) const;
    bool has_ended(const RunningProgram& program) const {
        return program.has_started() && tracer_.ended(program.name()).has_value();
    }

    const std::deque<RunningProgram>& programs_;
    calls::Tracer& tracer_;
    std::map<std::string, int> sent_;  // the last signal that a program got from us
};

}  // namespace sockstep::app
