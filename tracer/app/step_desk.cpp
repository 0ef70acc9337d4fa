// tracer/app/step_desk.cpp - commands in, commands done, screens out.
#include "app/step_desk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <utility>

#include "app/messages.hpp"
#include "decode/frame.hpp"
#include "os/pseudo_terminal.hpp"
#include "render/json_run.hpp"
#include "step/request.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t most_past = 10'000;  // stops that can be gone back to

/// Rounds in which nothing moves until all is taken to be at rest. A round lasts 20 ms, and a kernel may keep the
/// acknowledgement of data for 40 ms: TCP_DELACK_MIN of include/net/tcp.h.
constexpr int enough_rounds = 1;
constexpr int enough_after_data = 4;

constexpr std::chrono::seconds longest_unrest{3};  // a program that computes for ever never comes to rest
constexpr std::chrono::seconds longest_wait{10};   // until who waits for something is told that nothing comes

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
      input_{std::move(script)} {}

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

/// The wire is in the middle of something, so nothing is answered now.
void StepDesk::passes(const record::Passage& passage) {
    if (passage.fate == record::Fate::Held) {
        queued_.push_back(passage.frame);
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

void StepDesk::waits_for_input(const std::string& program) {
    expects_quiet_ = true;
    happens(step::WaitsForInput{program});
}

void StepDesk::run_ends() {
    if (!controller_.is_over()) {
        happens(step::RunEnds{});
    }
}

void StepDesk::add_to(os::Poll& poll) const {
    input_.add_to(poll, controller_.is_stopped());
}

void StepDesk::round(bool moved, bool quiet) {
    moved = moved || !queued_.empty();
    take_queued();
    if (moved) {
        still_rounds_ = 0;
        last_moved_ = Clock::now();
        told_idle_ = false;
        expects_quiet_ = true;
    } else if (quiet) {
        ++still_rounds_;
    }
    const bool is_at_rest = still_rounds_ >= (data_arrived_ ? enough_after_data : enough_rounds);
    const bool never_rests = !quiet && Clock::now() - last_moved_ > longest_unrest;
    if (expects_quiet_ && (is_at_rest || never_rests)) {
        expects_quiet_ = false;
        data_arrived_ = false;
        happens(step::Quiet{});
    } else if (is_at_rest && !controller_.is_stopped() && !told_idle_ && Clock::now() - last_moved_ > longest_wait) {
        told_idle_ = true;
        happens(step::Idle{});
    }
    take_input();
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
        const auto length = static_cast<std::uint32_t>(frame->octets.size());
        const decode::Decoded decoded = decode::decode(base::LinkType::Ethernet, frame->octets, length);
        const auto* packet = std::get_if<decode::TcpSegment>(&decoded);
        if (packet == nullptr || lets_all_go_) {
            actions_.wire->deliver(id);
            continue;
        }
        const render::ScreenSegment names = view_.segment_of(*frame);
        step::SegmentWaits waits{.hold = id, .from = names.from, .to = names.to, .packet = *packet};
        waits.packet.payload = {};
        expects_quiet_ = true;
        happens(waits);
    }
}

/// All runs on by itself, and whoever waits for a line learns that none will come.
void StepDesk::end_input() {
    expects_quiet_ = true;
    const std::set<std::string> wanting = controller_.wanting_input();
    obey(controller_.input_ends());
    end_inputs_of(wanting);
}

void StepDesk::end_inputs_of(const std::set<std::string>& programs) {
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
        output_.write("\r\x1b[K> " + render::printable(input_.line()));
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
    expects_quiet_ = true;
    still_rounds_ = 0;
    last_moved_ = Clock::now();
    told_idle_ = false;
    obey(controller_.say(line));
    output_.flush();
    if (!input_.has_keys() && controller_.runs() && !nobody_types_) {
        nobody_types_ = true;
        end_inputs_of(std::set<std::string>{controller_.wanting_input()});
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
    still_rounds_ = 0;
    last_moved_ = Clock::now();
}

void StepDesk::on(const step::LetCallGo& go) {
    expect_rest();
    actions_.tracer->release(go.hold);
}

void StepDesk::on(const step::DecideSegment& decide) {
    expect_rest();
    const labnet::Held* frame = actions_.held(decide.hold);
    data_arrived_ = data_arrived_ || (frame != nullptr && decide.fate != step::SegmentFate::Drop);
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
    }
}

void StepDesk::on(const step::Stop&) {
    actions_.catch_up();
    view_.follow();
    past_.push_back(view_.look((past_.empty() ? 0 : past_.back().stop) + 1, controller_, actions_));
    if (past_.size() > most_past) {
        past_.pop_front();
    }
    shown_ = past_.back().stop;
    show(past_.back(), false);
}

void StepDesk::on(const step::Refresh&) {
    actions_.catch_up();
    view_.follow();
    if (!past_.empty()) {
        const std::size_t stop = past_.back().stop;
        render::Screen now = view_.look(stop, controller_, actions_);
        now.happened.insert(now.happened.begin(), past_.back().happened.begin(), past_.back().happened.end());
        past_.back() = std::move(now);
        if (input_.has_keys() && shown_ == stop) {
            show(past_.back(), false);
        }
    }
}

void StepDesk::on(const step::ShowStop& step) {
    shown_ = step.stop;
    const auto found = std::ranges::find(past_, step.stop, &render::Screen::stop);
    if (found == past_.end()) {
        on(step::Say{fmt::format("stop {} is too long ago", step.stop)});
        return;
    }
    render::Screen past = *found;
    past.reason = step.stop == step.stops ? past.reason
                                          : fmt::format("{}the past, of {} stops",
                                                        past.reason.empty() ? "" : past.reason + "; ", step.stops);
    show(past, false);
}

void StepDesk::on(const step::ShowWhy&) {
    const auto found = std::ranges::find(past_, shown_, &render::Screen::stop);
    if (found != past_.end()) {
        show(*found, true);
    }
}

void StepDesk::on(const step::ShowHelp&) {
    output_.write((input_.has_keys() ? "\r\n" : "") + step::help_text());
    output_.flush();
}

void StepDesk::on(const step::Say& say) {
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
    input_.close();
}

void StepDesk::show(const render::Screen& screen, bool why) {
    render::Style style = plan_.output.report().style;
    style.why = style.why || why;
    if (!input_.has_keys()) {
        output_.write(render::screen(style, report_.timeline(), screen, 0) + "\n");
        output_.flush();
        return;
    }
    constexpr std::size_t below = 4;  // the keys, and the prompt
    const os::WindowSize size = os::our_window_size();
    const std::size_t rows = size.rows > below + 5U ? size.rows - below : 5U;
    output_.write("\x1b[H\x1b[2J" + render::screen(style, report_.timeline(), screen, rows));
    output_.write(std::string{step::keys_help()} + "\n> " + render::printable(input_.line()));
    output_.flush();
}

}  // namespace sockstep::app
