// tracer/app/run_stage.hpp - one run: the one loop that waits for programs, terminals, frames and time.
#pragma once

#include <signal.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/demo_script.hpp"
#include "app/listening.hpp"
#include "app/run_end.hpp"
#include "app/run_plan.hpp"
#include "app/run_programs.hpp"
#include "app/run_report.hpp"
#include "app/step_desk.hpp"
#include "app/telling.hpp"
#include "calls/tcp_table.hpp"
#include "calls/tracer.hpp"
#include "capture/live.hpp"
#include "labnet/network.hpp"
#include "labnet/openings.hpp"
#include "labnet/wire.hpp"
#include "os/deadline.hpp"
#include "os/signal_fd.hpp"

namespace sockstep::app {

/// Plays a plan, once. Needs: a process with one thread.
class RunStage {
public:
    /// Finds all programs. `network`: of a plan with a lab. `desk`: leads a run that is stepped. Throws: NoSuchProgram,
    /// capture::CaptureError.
    RunStage(const RunPlan& plan, RunReport& report, const labnet::Network* network = nullptr,
             StepDesk* desk = nullptr);

    /// What is typed follows `script`, whose actors are programs of the plan. REQUIRES: before play().
    void follow(ChatScript& script) { script_ = &script; }

    /// Blocks: until the run is over and nothing of it is left. Throws: std::system_error.
    RunResult play();

private:
    using Ended = std::function<bool()>;

    calls::TracerEvents tracer_events();
    labnet::WireOptions wire_options() const;
    void begin_desk();
    void follow_script();
    void take(const record::Frame& frame);      // that enters the wire
    void take(const record::Passage& passage);  // of the wire
    void take(record::Event event);
    void take_waiting(const calls::WaitsForInput& waits);
    Place place_of(const RunningProgram& program) const;
    RunningProgram& program_named(const std::string& name);
    bool is_interrupted(int before) const;
    void start_all(bool servers);
    bool servers_listen() const;
    const RunningProgram* server_that_cannot_listen() const;
    void complain(const RunningProgram& server, bool in_time);
    bool clients_are_over() const;
    bool has_ended(const RunningProgram& program) const;
    bool is_quiet() const;
    bool has_frames() const { return live_ || wire_; }
    void lead_to_the_end();

    /// Goes round the loop until `is_over`, an interruption or `deadline`; false if it was the deadline.
    bool wait_until(const Ended& is_over, const os::Deadline* deadline);
    void wait_for_events(const os::Deadline* deadline);
    void take_signals();
    void take_output();
    bool take_frames();
    void show();

    void settle();
    bool kernels_owe() const;
    void end_programs();
    void end_with(int signal);
    void take_the_last();
    void carry_the_last();
    RunResult result();

    const RunPlan& plan_;
    RunReport& report_;
    os::SignalFd signals_{SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH};
    std::deque<RunningProgram> programs_;
    Telling telling_;
    Listening listening_;
    bool all_listen_ = false;  // all servers: who listens is not asked any more
    StepDesk* desk_;
    ChatScript* script_ = nullptr;
    bool led_ = false;          // the desk has nothing to say any more
    bool told_to_end_ = false;  // they have got SIGINT already
    const labnet::Network* network_;
    calls::Tracer tracer_;
    RunEnd end_;
    std::optional<labnet::Wire> wire_;
    std::optional<labnet::Openings> openings_;
    std::vector<calls::TcpTable> kernels_;  // of the lab's hosts
    std::optional<capture::Live> live_;
    int interruptions_ = 0;
    std::uint64_t frames_ = 0;
    std::uint64_t late_ = 0;   // records
    base::Timestamp shown_{};  // when show() was called last
    std::string failure_;
};

}  // namespace sockstep::app
