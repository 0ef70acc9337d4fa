// tracer/app/run_stage.cpp - servers, then clients, then the end in good order.
#include "app/run_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/timestamp.hpp"
#include "os/exit_status.hpp"
#include "os/poll.hpp"

namespace sockstep::app {

namespace {

constexpr const char* loopback = "lo";

/// A frame is seen so much later than it passed, at the most: the capture collects frames for 10 ms.
constexpr std::chrono::milliseconds delay_of_frames{40};
constexpr int round_time = 20;  // milliseconds until what waits for its time is looked at again
constexpr int most_rounds = 64;
constexpr std::chrono::milliseconds time_between_shows{5};  // while stops come one upon the other

constexpr std::chrono::seconds patience{2};  // between one signal and the next, and for programs to come to rest
constexpr std::chrono::milliseconds last_frames{100};

base::Timestamp now() {
    return std::chrono::system_clock::now();
}

}  // namespace

RunStage::RunStage(const RunPlan& plan, RunReport& report)
    : plan_{plan},
      report_{report},
      sequencer_{{.frame = [this](const record::Frame& frame) { report_.add(frame); },
                  .event = [this](record::Event event) { report_.add(std::move(event)); }}},
      tracer_{{.record = [this](record::Event event) { take(std::move(event)); },
               .waits_for_input =
                   [this](const calls::WaitsForInput& waits) {
                       const auto program = std::ranges::find(programs_, waits.program, &RunningProgram::name);
                       program->type([this](record::Output output) { take(std::move(output)); });
                   },
               .stopped = [this] { take_output(); }}} {
    for (const PlannedProgram& program : plan.programs) {
        programs_.emplace_back(program);
    }
    if (!plan.calls_only) {
        capture::LiveOptions what;
        what.interface = loopback;
        what.filter = "tcp";
        live_.emplace(what);
    }
}

RunResult RunStage::play() {
    std::optional<os::Deadline> end;
    if (plan_.until.what == Until::What::TimePasses) {
        end.emplace(plan_.until.time);
    }
    start_all(true);
    const os::Deadline deadline{plan_.wait};
    const bool in_time =
        wait_until([this] { return servers_listen() || server_that_cannot_listen() != nullptr; }, &deadline);
    if (servers_listen()) {
        start_all(false);
        wait_until([this] { return clients_are_over(); }, end ? &*end : nullptr);
    } else if (interruptions_ == 0) {
        const RunningProgram* ended = server_that_cannot_listen();
        const auto silent = std::ranges::find_if(programs_, [this](const RunningProgram& program) {
            return program.is_server() && !listening_.listens(program.name());
        });
        complain(ended != nullptr ? *ended : *silent, in_time);
    }
    settle();
    end_programs();
    take_the_last();
    return result();
}

void RunStage::take(record::Event event) {
    listening_.add(event);
    sequencer_.add(std::move(event));
}

void RunStage::start_all(bool servers) {
    for (RunningProgram& program : programs_) {
        if (program.is_server() == servers && interruptions_ == 0) {
            program.start(tracer_, os::our_window_size());
        }
    }
}

bool RunStage::servers_listen() const {
    return std::ranges::all_of(programs_, [this](const RunningProgram& program) {
        return !program.is_server() || listening_.listens(program.name());
    });
}

/// One of which nothing is left.
const RunningProgram* RunStage::server_that_cannot_listen() const {
    const auto found = std::ranges::find_if(programs_, [this](const RunningProgram& program) {
        return program.is_server() && !listening_.listens(program.name()) && has_ended(program) &&
               tracer_.living(program.name()).empty();
    });
    return found == programs_.end() ? nullptr : &*found;
}

void RunStage::complain(const RunningProgram& server, bool in_time) {
    const std::string words = listening_.last_words_of(server.name());
    failure_ = in_time ? fmt::format("{} ended and never listened: {}", server.name(), words)
                       : fmt::format("{} did not listen within {} s: {}", server.name(),
                                     std::chrono::duration<double>{plan_.wait}.count(), words);
}

bool RunStage::has_ended(const RunningProgram& program) const {
    return program.has_started() && tracer_.ended(program.name()).has_value();
}

bool RunStage::clients_are_over() const {
    const bool only_servers = std::ranges::all_of(programs_, &RunningProgram::is_server);
    return std::ranges::all_of(programs_, [&](const RunningProgram& program) {
        switch (plan_.until.what) {
            case Until::What::ServersEnd:
                return !program.is_server() || has_ended(program);
            case Until::What::ProgramEnds:
                return program.name() != plan_.until.program || has_ended(program);
            case Until::What::ClientsEnd:
                return (program.is_server() && !only_servers) || has_ended(program);
            case Until::What::TimePasses:
                break;
        }
        return has_ended(program);
    });
}

bool RunStage::is_quiet() const {
    return std::ranges::all_of(programs_,
                               [this](const RunningProgram& program) { return tracer_.is_quiet(program.name()); });
}

bool RunStage::wait_until(const Ended& is_over, const os::Deadline* deadline) {
    const int interruptions = interruptions_;
    while (!is_over() && interruptions_ == interruptions) {
        wait_for_events(deadline);
        os::Poll poll;
        if (deadline != nullptr) {
            poll.add(deadline->fd());
            poll.wait(0);
            if (poll.ready(deadline->fd())) {
                return is_over();
            }
        }
    }
    return true;
}

void RunStage::wait_for_events(const os::Deadline* deadline) {
    os::Poll poll;
    poll.add(signals_.fd());
    if (deadline != nullptr) {
        poll.add(deadline->fd());
    }
    if (live_) {
        poll.add(live_->fd());
    }
    for (const RunningProgram& program : programs_) {
        program.add_to(poll);
    }
    poll.wait(round_time);
    if (poll.ready(signals_.fd())) {
        take_signals();
    }
    take_output();
    tracer_.handle_stops(time_between_shows);
    if (const base::Timestamp time = now(); time >= shown_ + time_between_shows) {
        shown_ = time;
        show();
    }
}

void RunStage::take_signals() {
    while (const auto signal = signals_.read()) {
        if (*signal == SIGWINCH) {
            for (RunningProgram& program : programs_) {
                program.resize(os::our_window_size());
            }
        } else if (*signal != SIGCHLD) {
            ++interruptions_;
        }
    }
}

void RunStage::take_output() {
    os::Poll poll;
    for (const RunningProgram& program : programs_) {
        program.add_to(poll);
    }
    if (poll.wait(0)) {
        for (RunningProgram& program : programs_) {
            program.listen([this](record::Output output) { take(std::move(output)); });
        }
    }
}

/// False if there may be more.
bool RunStage::take_frames() {
    for (int round = 0; round < most_rounds; ++round) {
        const std::size_t count = live_->dispatch([this](const record::Frame& frame) { sequencer_.add(frame); });
        frames_ += count;
        if (count == 0) {
            return true;
        }
    }
    return false;
}

/// All frames that have passed before `complete` have been seen.
void RunStage::show() {
    const base::Timestamp complete = live_ ? now() - delay_of_frames : now();
    if (live_ && !take_frames()) {
        return;
    }
    sequencer_.hand_on_until(complete);
    report_.show_until(complete);
}

/// Until what is left has come to rest: servers have taken the last FIN before they are asked to end.
void RunStage::settle() {
    const os::Deadline deadline{patience};
    int quiet_rounds = 0;
    constexpr int enough = 3;
    std::uint64_t seen = frames_;
    while (quiet_rounds < enough && interruptions_ < 2) {
        wait_for_events(&deadline);
        show();
        quiet_rounds = is_quiet() && frames_ == seen ? quiet_rounds + 1 : 0;
        seen = frames_;
        os::Poll poll;
        poll.add(deadline.fd());
        poll.wait(0);
        if (poll.ready(deadline.fd()) || tracer_.living().empty()) {
            break;
        }
    }
}

void RunStage::end_programs() {
    for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
        if (signal == SIGKILL || interruptions_ < 2) {
            end_with(signal);
        }
    }
}

void RunStage::end_with(int signal) {
    for (const RunningProgram& program : programs_) {
        if (!tracer_.living(program.name()).empty()) {
            if (!has_ended(program)) {
                sent_[program.name()] = signal;
            }
            tracer_.send_signal(program.name(), signal);
        }
    }
    const os::Deadline deadline{patience};
    wait_until([this] { return tracer_.living().empty(); }, &deadline);
}

/// All programs have ended, so all they printed is there to be read, and their kernel has sent nearly all it will send.
void RunStage::take_the_last() {
    take_output();
    if (live_) {
        const os::Deadline deadline{last_frames};
        os::Poll poll;
        poll.add(deadline.fd());
        poll.wait();
        take_frames();
    }
    sequencer_.finish();
}

RunResult RunStage::result() {
    RunResult result;
    result.failure = failure_;
    result.success = failure_.empty();
    for (const RunningProgram& program : programs_) {
        result.ends += result.ends.empty() ? "" : "; ";
        result.ends += fmt::format("{}: {}", program.name(), end_of(program, result.success));
    }
    result.dropped_frames = live_ ? live_->statistics().dropped_by_kernel : 0;
    result.late = sequencer_.late();
    return result;
}

/// A program that we had to end is fine if SIGINT or SIGTERM sufficed: a server mostly, or what `--until` left over.
std::string RunStage::end_of(const RunningProgram& program, bool& success) const {
    const auto ended = program.has_started() ? tracer_.ended(program.name()) : std::nullopt;
    if (!ended) {
        success = false;
        return program.has_started() ? "still there" : "not started";
    }
    const std::string how = to_string(ended->signal != 0 ? os::ExitStatus::killed_by(ended->signal)
                                                         : os::ExitStatus::exited(ended->status));
    const auto sent = sent_.find(program.name());
    if (sent == sent_.end()) {
        success = success && ended->success();
        return how;
    }
    const int signal = sent->second;
    const bool was_wanted = program.is_server() || plan_.until.what != Until::What::ClientsEnd;
    const bool obeyed = signal != SIGKILL && (ended->signal == 0 || ended->signal == signal);
    success = success && was_wanted && obeyed;
    return ended->signal == signal
               ? how + " from sockstep"
               : fmt::format("{} after {} from sockstep", how, signal == SIGINT ? "SIGINT" : "SIGTERM");
}

}  // namespace sockstep::app
