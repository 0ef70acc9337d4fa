// tracer/step/controller.cpp - what waits meets what the user wants.
#include "step/controller.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sockstep::step {

namespace {

/// A line that goes on for ever must not be kept for ever.
constexpr std::size_t longest_line = 4096;

}  // namespace

Controller::Commands Controller::happens(const Event& event) {
    changed_ = changed_ || !(std::holds_alternative<Quiet>(event) || std::holds_alternative<Idle>(event));
    std::visit([this](const auto& each) { on(each); }, event);
    return take();
}

void Controller::on(const CallWaits& event) {
    wanting_input_.erase(event.call.tid);
    if (is_sought(event)) {
        found(fmt::format("{} is about to call {}", event.call.program, event.call.name));
    } else if (passes(true)) {
        commands_.push_back(LetCallGo{event.hold});
        return;
    }
    waiting_.add(event);
}

void Controller::on(const SegmentWaits& event) {
    if (is_sought(event)) {
        found(fmt::format("{} of {} waits on the wire", sought_.word,
                          event.programs.size() == 1 ? event.programs.front() : event.from));
    } else if (event.chosen && !input_ended_) {
        found(fmt::format("the chosen segment of {} waits on the wire", event.from));
    } else if (passes(false)) {
        commands_.push_back(DecideSegment{event.hold});
        return;
    }
    waiting_.add(event);
}

void Controller::on(const ProgramEnded& event) {
    ended_.insert(event.program);
    has_input(event.program);
}

/// Nobody of this program waits for any.
void Controller::has_input(const std::string& program) {
    std::erase_if(wanting_input_, [&](const auto& each) { return each.second == program; });
}

/// What is sought may stand in a line that was printed in pieces, and in one that has no newline yet: a prompt.
void Controller::on(const Printed& event) {
    std::string& line = lines_[{event.program, event.stream}];
    line += event.text;
    const bool seeks = pace_ == Pace::Until && (sought_.program.empty() || sought_.program == event.program);
    if (seeks && line.find(sought_.word) != std::string::npos) {
        found(fmt::format("{} printed it", event.program));
    }
    const std::size_t last = line.rfind('\n');
    line.erase(0, last == std::string::npos ? 0 : last + 1);
    line.erase(0, line.size() - std::min(line.size(), longest_line));
}

void Controller::on(const Quiet&) {
    waiting_.rest();
    switch (pace_) {
        case Pace::Settles:
            stop(std::exchange(found_, {}));
            break;
        case Pace::Awaits:
            if (changed_) {
                stop({});
            }
            break;
        case Pace::Until:
            if (!waiting_.all().empty()) {
                let_go(0);
            }
            break;  // a timer of the kernel may yet bring something; Idle ends it
        case Pace::Runs:
            if (stops_for_input_ && !wanting_input_.empty() && !input_ended_) {
                ran_ = true;
                stop(fmt::format("{} waits for input", wanting_input_.begin()->second));
                break;
            }
            [[fallthrough]];
        case Pace::Stopped:
            if (std::exchange(changed_, false)) {
                commands_.push_back(Refresh{});
            }
            break;
    }
}

void Controller::on(const Idle&) {
    if (pace_ == Pace::Awaits || (pace_ == Pace::Until && waiting_.all().empty())) {
        stop("nothing has come" + hint_of_input());
    }
}

void Controller::on(const RunEnds&) {
    over_ = true;
    stop(pace_ == Pace::Until ? fmt::format("the run is over, and {} never came", sought_.word) : "the run is over");
    if (input_ended_) {
        commands_.push_back(End{});
    }
}

void Controller::stop(std::string reason) {
    pace_ = Pace::Stopped;
    reason_ = std::move(reason);
    changed_ = false;
    shown_ = ++stops_;
    commands_.push_back(Stop{});
}

/// What is shown follows, unless it is the past.
void Controller::go(Pace pace) {
    const bool follows = shows_present();
    pace_ = pace;
    shown_ = follows ? present() : shown_;
}

/// From here on things are held again; those that are under way come to rest first.
void Controller::found(std::string what) {
    go(Pace::Settles);
    found_ = std::move(what);
}

bool Controller::passes(bool is_call) const {
    return pace_ == Pace::Runs || (stops_at_ == StopAt::Calls && !is_call) ||
           (stops_at_ == StopAt::Segments && is_call);
}

bool Controller::is_sought(const CallWaits& call) const {
    return pace_ == Pace::Until && (sought_.program.empty() || sought_.program == call.call.program) &&
           sought_.word == call.call.name;
}

bool Controller::is_sought(const SegmentWaits& segment) const {
    return pace_ == Pace::Until &&
           (sought_.program.empty() || std::ranges::count(segment.programs, sought_.program) > 0) &&
           is_kind(segment.packet, sought_.word);
}

void Controller::let_go(std::size_t position, SegmentFate fate, base::Duration delay) {
    const Waiting going = waiting_.take(position);
    if (going.is_call()) {
        commands_.push_back(LetCallGo{going.hold()});
    } else {
        commands_.push_back(DecideSegment{going.hold(), fate, delay});
    }
}

bool Controller::knows(std::string_view program) const {
    return std::ranges::find(programs_, program) != programs_.end();
}

std::string Controller::under_way() const {
    switch (pace_) {
        case Pace::Stopped:
            return "";
        case Pace::Settles:
            return "going on until things come to rest";
        case Pace::Awaits:
            return "waiting for something to come";
        case Pace::Until:
            return fmt::format("running until {}{}{}", sought_.program, sought_.program.empty() ? "" : " ",
                               sought_.word);
        case Pace::Runs:
            return "running";
    }
    return "";
}

}  // namespace sockstep::step
