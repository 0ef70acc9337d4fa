// tracer/app/step_desk.cpp - commands in, commands done, screens out.
#include "app/step_desk.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <utility>

#include "app/messages.hpp"
#include "decode/frame.hpp"
#include "render/json_run.hpp"
#include "step/request.hpp"

namespace sockstep::app {

namespace {

constexpr std::chrono::seconds longest_unrest{3};      // a program that computes for ever never comes to rest
constexpr std::chrono::seconds time_without_news{10};  // until who waits for something is told that nothing comes

/// Without its payload, which does not live as long. Nothing if it is no TCP.
std::optional<decode::TcpSegment> segment_in(base::Bytes octets) {
    const decode::Decoded decoded =
        decode::decode(base::LinkType::Ethernet, octets, static_cast<std::uint32_t>(octets.size()));
    const auto* segment = std::get_if<decode::TcpSegment>(&decoded);
    if (segment == nullptr) {
        return std::nullopt;
    }
    decode::TcpSegment copy = *segment;
    copy.payload = {};
    return copy;
}

std::vector<std::string> host_names(const labnet::Network& network) {
    std::vector<std::string> names;
    for (const labnet::Host& host : network.hosts()) {
        names.push_back(host.name);
    }
    return names;
}

std::vector<std::string> program_names(const RunPlan& plan) {
    std::vector<std::string> names;
    for (const PlannedProgram& program : plan.programs) {
        names.push_back(program.name);
    }
    return names;
}

}  // namespace

StepDesk::StepDesk(const RunPlan& plan, const labnet::Network& network, RunReport& report, Output& output,
                   std::optional<std::vector<std::string>> script)
    : plan_{plan},
      report_{report},
      output_{output},
      view_{plan, network, report},
      controller_{host_names(network), program_names(plan)},
      input_{std::move(script)} {
    if (plan.lab->holds_chosen()) {
        controller_.begin_running(!input_.has_keys());
    }
}

bool StepDesk::holds(std::uint64_t hold, const record::CallBegin& call) {
    if (lets_all_go_) {
        return false;
    }
    expects_quiet_ = true;
    for (const step::Command& command : controller_.happens(step::CallWaits{hold, call})) {
        if (command == step::Command{step::LetCallGo{hold}}) {
            return false;
        }
    }
    return true;
}

void StepDesk::hold_ended(std::uint64_t hold) {
    happens(step::CallVanished{hold});
}

void StepDesk::enters(const record::Frame& frame) {
    if (const auto segment = segment_in(frame.bytes)) {
        rest_.entered(*segment);
        entered_.emplace(frame.number, *segment);
    }
}

/// The wire is in the middle of something, so nothing is answered now.
void StepDesk::passes(const record::Passage& passage) {
    if (passage.fate == record::Fate::Held) {
        queued_.push_back(passage.frame);
        return;
    }
    const auto entered = entered_.find(passage.frame);
    if (entered != entered_.end()) {
        if (passage.fate == record::Fate::Delivered && !passage.corrupted) {
            rest_.arrived(entered->second, passage.time);
        }
        entered_.erase(entered);
    }
}

void StepDesk::printed(const record::Output& output) {
    if (output.stream == record::Stream::Input) {
        happens(step::HasInput{output.program});
    } else {
        happens(step::Printed{output.program, output.stream, output.text});
    }
    expects_quiet_ = true;
}

void StepDesk::waits_for_input(const calls::WaitsForInput& waits) {
    expects_quiet_ = true;
    happens(step::WaitsForInput{waits.program, waits.tid});
}

void StepDesk::changes(const record::Process& process) {
    using Change = record::ProcessChange;
    if (process.change == Change::ThreadExit || process.change == Change::Exit) {
        expects_quiet_ = true;
        happens(step::ThreadEnded{process.tid});
    }
}

void StepDesk::run_ends() {
    if (!controller_.is_over()) {
        happens(step::RunEnds{});
    }
}

void StepDesk::add_to(os::Poll& poll) const {
    input_.add_to(poll, controller_.is_stopped());
}

void StepDesk::round(const Round& round) {
    const bool moved = round.moved || !queued_.empty();
    take_queued();
    tell_of_repeats();
    tell_of_ends();
    if (moved) {
        expect_rest();
        is_stale_ = true;
    }
    at_rest_ = !moved && is_at_rest(round);
    never_rests_ = !round.quiet && Clock::now() - last_moved_ > longest_unrest;
    if (expects_quiet_ && (at_rest_ || never_rests_)) {
        expects_quiet_ = false;
        happens(step::Quiet{});
    } else if (at_rest_ && !controller_.is_stopped() && !told_idle_ && Clock::now() - last_moved_ > time_without_news) {
        told_idle_ = true;
        happens(step::Idle{});
    }
    refresh_in_time(round.idle);
    take_input();
}

/// Where something is held it may be let go while a delayed segment is still under way; otherwise that is awaited.
bool StepDesk::is_at_rest(const Round& round) const {
    const bool is_under_way = actions_.wire->next_due() && controller_.waiting().empty();
    return round.idle && round.quiet && !is_under_way && !rest_.owes_answer(std::chrono::system_clock::now());
}

bool StepDesk::has_nothing_left() const {
    const bool may_be_sent_again = rest_.has_unacknowledged() && Clock::now() - last_moved_ < time_without_news;
    return (at_rest_ || never_rests_) && controller_.waiting().empty() && actions_.wire->is_empty() &&
           !may_be_sent_again;
}

void StepDesk::tell_of_repeats() {
    for (const labnet::Held& held : actions_.wire->held()) {
        std::uint64_t& told = repeats_[held.id];
        if (told != held.repeats + held.repeats_of_answered) {
            told = held.repeats + held.repeats_of_answered;
            happens(step::SegmentRepeated{held.id});
        }
    }
}

void StepDesk::tell_of_ends() {
    for (const PlannedProgram& program : plan_.programs) {
        const bool has_ended = actions_.tracer->ended(program.name) && actions_.tracer->living(program.name).empty();
        if (has_ended && ended_.insert(program.name).second) {
            happens(step::ProgramEnded{program.name});
        }
    }
}

/// What is no TCP segment passes by itself.
void StepDesk::take_queued() {
    while (!queued_.empty()) {
        const std::uint64_t id = queued_.front();
        queued_.pop_front();
        const labnet::Held* frame = actions_.held(id);
        if (frame == nullptr) {
            continue;
        }
        const std::optional<decode::TcpSegment> packet = segment_in(frame->octets);
        if (!packet || lets_all_go_) {
            actions_.wire->deliver(id);
            continue;
        }
        const render::ScreenSegment names = view_.segment_of(*frame);
        step::SegmentWaits waits{
            .hold = id,
            .from = names.from,
            .to = names.to,
            .programs = controller_.runs() ? std::vector<std::string>{} : view_.senders(names.from, *packet, actions_),
            .packet = *packet,
            .chosen = frame->treatment.hold};
        expects_quiet_ = true;
        happens(waits);
    }
}

/// All runs on by itself, and whoever waits for a line learns that none will come.
void StepDesk::end_input() {
    expects_quiet_ = true;
    obey(controller_.input_ends());
    end_inputs_of_those_who_wait();
}

void StepDesk::end_inputs_of_those_who_wait() {
    std::set<std::string> programs;
    for (const auto& [tid, program] : controller_.wanting_input()) {
        programs.insert(program);
    }
    for (const std::string& program : programs) {
        actions_.end_input(program);
    }
}

/// As on a terminal, ^D alone ends the input.
void StepDesk::on(const step::TypeLine& line) {
    expect_rest();
    if (line.text == "^D") {
        actions_.end_input(line.program);
    } else {
        actions_.type(line.program, line.text);
    }
}

void StepDesk::take_input() {
    if (done_) {
        return;
    }
    const StepInput::Taken taken = input_.take(controller_.is_stopped());
    for (const std::string& line : taken.lines) {
        say(line);
    }
    if (input_.has_keys() && taken.any) {
        output_.write("\r\x1b[K" + prompt());
        output_.flush();
    }
    if (input_.has_ended() && input_.has_keys()) {
        done_ = true;
    } else if (input_.has_ended() && controller_.is_stopped()) {
        end_input();
    }
}

/// A line that begins with # is a remark.
void StepDesk::say(const std::string& line) {
    if (line.starts_with('#')) {
        return;
    }
    if (!input_.has_keys()) {
        output_.write("> " + render::printable(line) + "\n");
    }
    said_.clear();
    is_read_ = false;
    is_stale_ = true;
    last_drawn_ = Clock::now();
    expect_rest();
    obey(controller_.say(line));
    output_.flush();
    if (!input_.has_keys() && controller_.runs() && !nobody_types_ && !plan_.lab->holds_chosen()) {
        nobody_types_ = true;
        end_inputs_of_those_who_wait();
    }
}

void StepDesk::obey(const std::vector<step::Command>& commands) {
    for (const step::Command& command : commands) {
        std::visit([this](const auto& each) { on(each); }, command);
    }
}

/// Something is about to move; it may come to rest without showing: a call that falls asleep.
void StepDesk::expect_rest() {
    expects_quiet_ = true;
    told_idle_ = false;
    last_moved_ = Clock::now();
}

void StepDesk::on(const step::LetCallGo& go) {
    expect_rest();
    actions_.tracer->release(go.hold);
}

void StepDesk::on(const step::DecideSegment& decide) {
    expect_rest();
    repeats_.erase(decide.hold);
    switch (decide.fate) {
        case step::SegmentFate::Deliver:
            actions_.wire->deliver(decide.hold);
            break;
        case step::SegmentFate::Drop:
            actions_.wire->drop(decide.hold);
            break;
        case step::SegmentFate::Duplicate:
            actions_.wire->duplicate(decide.hold);
            break;
        case step::SegmentFate::Delay:
            actions_.wire->delay(decide.hold, decide.delay);
            break;
        case step::SegmentFate::Corrupt:
            actions_.wire->corrupt(decide.hold);
            break;
    }
}

void StepDesk::on(const step::Say& say) {
    if (input_.has_keys() && screen_of(shown_) && !is_read_) {
        said_ = render::printable(say.text);
        redraw();
        return;
    }
    output_.write((input_.has_keys() ? "\r\x1b[K" : "") + render::printable(say.text) + "\n");
    output_.flush();
}

void StepDesk::on(const step::Save& save) {
    actions_.catch_up();
    std::ofstream file{save.file};
    const correlate::Timeline& timeline = report_.timeline();
    for (const correlate::Moment& moment : timeline.moments) {
        file << render::json_moment(timeline, moment);
    }
    file.flush();
    on(step::Say{file ? fmt::format("saved to {}", save.file)
                      : fmt::format("cannot write {}: {}", save.file, std::strerror(errno))});
}

void StepDesk::let_all_go() {
    lets_all_go_ = true;
    actions_.wire->hold_all(false);
    obey(controller_.input_ends());
    take_queued();
    actions_.wire->deliver_all();
    if (input_.has_keys()) {
        output_.write("\n");
        output_.flush();
        input_.close();
    }
}

}  // namespace sockstep::app
