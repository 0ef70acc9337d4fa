// tracer/app/run_stage.cpp - servers, then clients, then the end in good order.
#include "app/run_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/timestamp.hpp"
#include "os/clock.hpp"
#include "os/poll.hpp"

namespace sockstep::app {

namespace {

constexpr const char* loopback = "lo";

/// A frame is seen so much later than it passed, at the most: the capture collects frames for 10 ms.
constexpr std::chrono::milliseconds delay_of_frames{40};
constexpr int round_time = 20;  // milliseconds until what waits for its time is looked at again
constexpr int most_rounds = 64;
constexpr std::chrono::milliseconds time_between_shows{5};  // while stops come one upon the other

}  // namespace

RunStage::RunStage(const RunPlan& plan, RunReport& report, const labnet::Network* network, StepDesk* desk)
    : plan_{plan},
      report_{report},
      telling_{report, desk == nullptr ? Telling::When::Aside : Telling::When::AtOnce},
      desk_{desk},
      network_{network},
      tracer_{tracer_events()},
      end_{programs_, tracer_} {
    for (const PlannedProgram& program : plan.programs) {
        programs_.emplace_back(program);
    }
    if (network != nullptr) {
        openings_.emplace(*network);
        for (const labnet::Host& host : network->hosts()) {
            kernels_.emplace_back(network->network_of(host));
        }
        wire_.emplace(*network, wire_options(),
                      labnet::WireEvents{.frame = [this](const record::Frame& frame) { take(frame); },
                                         .passage = [this](const record::Passage& passage) { take(passage); }});
    } else if (!plan.calls_only) {
        capture::LiveOptions what;
        what.interface = loopback;
        what.filter = "tcp";
        live_.emplace(what);
    }
    if (desk_ != nullptr) {
        begin_desk();
    }
}

calls::TracerEvents RunStage::tracer_events() {
    calls::TracerEvents events{.record = [this](record::Event event) { take(std::move(event)); },
                               .waits_for_input = [this](const calls::WaitsForInput& waits) { take_waiting(waits); },
                               .stopped = [this] { take_output(); }};
    if (desk_ != nullptr) {
        events.holds = [this](std::uint64_t hold, const record::CallBegin& call) { return desk_->holds(hold, call); };
        events.hold_ended = [this](std::uint64_t hold) { desk_->hold_ended(hold); };
    }
    return events;
}

labnet::WireOptions RunStage::wire_options() const {
    labnet::WireOptions options;
    options.link = plan_.lab->link;
    for (const auto& [action, text] : plan_.lab->rules) {
        options.rules.push_back(labnet::parse_rule(action, text, network_->hosts()));
    }
    options.hold_all = plan_.lab->stepped;
    options.show_retries = plan_.lab->show_retries;
    return options;
}

void RunStage::begin_desk() {
    desk_->begin({.tracer = &tracer_,
                  .wire = &*wire_,
                  .type =
                      [this](const std::string& name, const std::string& line) {
                          RunningProgram& program = program_named(name);
                          program.add_line(line);
                          program.type([this](record::Output output) { take(std::move(output)); });
                      },
                  .end_input =
                      [this](const std::string& name) {
                          program_named(name).type([this](record::Output output) { take(std::move(output)); });
                      },
                  .catch_up =
                      [this] {
                          take_output();
                          telling_.tell_until(os::now());
                      }});
}

/// What programs print comes before what is typed then.
void RunStage::follow_script() {
    for (const Actor actor : actors) {
        if (const auto ended = tracer_.ended(std::string{name_of(actor)})) {
            script_->exited(actor, ended->success());
        }
    }
    for (const ChatScript::Action& action : script_->next_actions()) {
        RunningProgram& program = program_named(std::string{name_of(action.step.actor)});
        program.add_line(action.typed);
        program.type([this](record::Output output) { take(std::move(output)); });
    }
    if (failure_.empty() && (script_->stuck() || script_->overdue(os::now()))) {
        failure_ = fmt::format("the conversation {}: it waited for {}",
                               script_->stuck() ? "ended early" : "came to a halt", script_->waits_for());
        ++interruptions_;
    }
}

/// In a stepped run, a program for which nothing was planned waits until somebody types.
void RunStage::take_waiting(const calls::WaitsForInput& waits) {
    RunningProgram& program = program_named(waits.program);
    if (script_ != nullptr) {
        return;
    }
    if (desk_ != nullptr && !program.has_plan() && !program.has_lines() && !desk_->input_has_ended()) {
        desk_->waits_for_input(waits);
        return;
    }
    program.type([this](record::Output output) { take(std::move(output)); });
}

RunningProgram& RunStage::program_named(const std::string& name) {
    return *std::ranges::find(programs_, name, &RunningProgram::name);
}

Place RunStage::place_of(const RunningProgram& program) const {
    if (network_ == nullptr) {
        return {};
    }
    const labnet::Host* host = network_->find(plan_.lab->host_of.at(program.name()));
    return {host->name, network_->network_of(*host)};
}

bool RunStage::is_interrupted(int before) const {
    return interruptions_ != before || (desk_ != nullptr && !led_ && desk_->is_done());
}

RunResult RunStage::play() {
    std::optional<os::Deadline> end;
    if (plan_.until.what == Until::What::TimePasses) {
        end.emplace(plan_.until.time);
    }
    bool goes_on = false;  // its time is over, the programs are not
    start_all(true);
    const os::Deadline deadline{plan_.wait};
    const bool in_time = wait_until([this] { return servers_listen() || server_that_cannot_listen() != nullptr; },
                                    desk_ == nullptr ? &deadline : nullptr);
    all_listen_ = servers_listen();
    if (all_listen_) {
        start_all(false);
        goes_on = !wait_until([this] { return clients_are_over(); }, end ? &*end : nullptr);
    } else if (!is_interrupted(0)) {
        const RunningProgram* ended = server_that_cannot_listen();
        const auto silent = std::ranges::find_if(programs_, [this](const RunningProgram& program) {
            return program.is_server() && !listening_.listens(program.name());
        });
        complain(ended != nullptr ? *ended : *silent, in_time);
    }
    if (desk_ != nullptr) {
        lead_to_the_end();
        led_ = true;
    }
    if (!goes_on) {
        settle();
    }
    end_programs();
    take_the_last();
    return result();
}

/// What the clients left behind, a last FIN mostly, is stepped through too; then the user may look back. Who ends the
/// run before that wants it ended: programs are told while they are held, so that none goes on first.
void RunStage::lead_to_the_end() {
    if (!is_interrupted(0)) {
        wait_until([&] { return desk_->has_nothing_left(); }, nullptr);
    }
    if (is_interrupted(0)) {
        end_.signal(SIGINT);
        told_to_end_ = true;
    } else {
        desk_->run_ends();
        wait_until([this] { return desk_->is_done(); }, nullptr);
    }
    desk_->let_all_go();
}

void RunStage::take(const record::Frame& frame) {
    openings_->enters(frame);
    telling_.add(frame);
    if (desk_ != nullptr) {
        desk_->enters(frame);
    }
}

void RunStage::take(const record::Passage& passage) {
    record::Passage told = passage;
    openings_->ask(told);
    telling_.add(told);
    if (desk_ != nullptr) {
        desk_->passes(told);
    }
}

void RunStage::take(record::Event event) {
    if (!all_listen_) {
        listening_.add(event);
    }
    const auto* output = std::get_if<record::Output>(&event);
    if (desk_ != nullptr && output != nullptr) {
        desk_->printed(*output);
    }
    if (const auto* process = std::get_if<record::Process>(&event); desk_ != nullptr && process != nullptr) {
        desk_->changes(*process);
    }
    if (script_ != nullptr && output != nullptr && output->stream != record::Stream::Input) {
        for (const Actor actor : actors) {
            if (name_of(actor) == output->program) {
                script_->printed(actor, output->text);
            }
        }
    }
    telling_.add(std::move(event));
}

void RunStage::start_all(bool servers) {
    for (RunningProgram& program : programs_) {
        if (program.is_server() == servers && !is_interrupted(0)) {
            program.start(tracer_, os::our_window_size(), place_of(program));
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
    while (!is_over() && !is_interrupted(interruptions)) {
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
    if (wire_) {
        for (const int fd : wire_->fds()) {
            poll.add(fd);
        }
    }
    if (desk_ != nullptr) {
        desk_->add_to(poll);
    }
    for (const RunningProgram& program : programs_) {
        program.add_to(poll);
    }
    const bool idle = !poll.wait(round_time);
    if (poll.ready(signals_.fd())) {
        take_signals();
    }
    take_output();
    if (script_ != nullptr) {
        follow_script();
    }
    // While a wire waits for us too, programs are not waited for alone.
    const std::size_t stops = tracer_.handle_stops(wire_ ? std::chrono::milliseconds{0} : time_between_shows);
    const std::size_t moved = stops + (wire_ ? wire_->handle() : 0);
    frames_ += wire_ ? moved : 0;
    if (desk_ != nullptr) {
        desk_->round({.moved = moved > 0, .idle = idle, .quiet = is_quiet()});
        report_.keep_until(os::now());
    } else if (const base::Timestamp time = os::now(); time >= shown_ + time_between_shows) {
        shown_ = time;
        show();
    }
}

void RunStage::take_signals() {
    while (const auto signal = signals_.read()) {
        if (*signal == SIGWINCH && desk_ != nullptr) {
            desk_->resized();  // programs are not told: it would wake them
        } else if (*signal == SIGWINCH) {
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
        const std::size_t count = live_->dispatch([this](const record::Frame& frame) { telling_.add(frame); });
        frames_ += count;
        if (count == 0) {
            return true;
        }
    }
    return false;
}

/// All frames that have passed before `complete` have been seen.
void RunStage::show() {
    const base::Timestamp complete = has_frames() ? os::now() - delay_of_frames : os::now();
    if (live_ && !take_frames()) {
        return;
    }
    telling_.show_until(complete);
}

}  // namespace sockstep::app
