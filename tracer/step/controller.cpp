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

/// From here on things are held again; those that are under way come to rest first.
void Controller::found(std::string what) {
    pace_ = Pace::Settles;
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

Controller::Commands Controller::say(std::string_view line) {
    const auto understood = understand(line);
    if (const auto* misunderstood = std::get_if<Misunderstood>(&understood)) {
        complain(misunderstood->why);
    } else {
        obey(std::get<Request>(understood));
    }
    return take();
}

Controller::Commands Controller::input_ends() {
    input_ended_ = true;
    if (over_) {
        commands_.push_back(End{});
    } else {
        run();
    }
    return take();
}

void Controller::obey(const Request& request) {
    switch (request.word) {
        case Word::Why:
            commands_.push_back(ShowWhy{});
            return;
        case Word::Save:
            commands_.push_back(Save{request.text});
            return;
        case Word::All:
            commands_.push_back(ShowAll{});
            return;
        case Word::Help:
            commands_.push_back(ShowHelp{});
            return;
        case Word::Quit:
            commands_.push_back(End{});
            return;
        case Word::Back:
        case Word::Forward: {
            const auto by = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(request.number, 1, stops_ + 1));
            look(request.word == Word::Back ? -by : by);
            return;
        }
        case Word::Next:
        case Word::Calls:
        case Word::Segments:
        case Word::Both:
        case Word::Until:
        case Word::Drop:
        case Word::Duplicate:
        case Word::Delay:
        case Word::Corrupt:
        case Word::Type:
        case Word::Run:
            break;
    }
    if (shown_ < stops_) {
        obey_in_the_past(request);
    } else if (pace_ != Pace::Stopped) {
        obey_under_way(request);
    } else if (over_) {
        complain("the run is over");
    } else {
        obey_now(request);
    }
}

void Controller::obey_in_the_past(const Request& request) {
    if (request.word == Word::Next && request.number == 0) {
        look(1);
    } else {
        complain("this is the past, shown and not undone");
    }
}

void Controller::obey_under_way(const Request& request) {
    if (request.word == Word::Type) {
        type(request);
    } else if (request.word == Word::Next && (pace_ == Pace::Runs || pace_ == Pace::Until)) {
        pace_ = Pace::Settles;
    } else {
        complain("programs are running");
    }
}

void Controller::obey_now(const Request& request) {
    switch (request.word) {
        case Word::Next:
            next(request.number);
            break;
        case Word::Calls:
            stop_only_at(StopAt::Calls);
            break;
        case Word::Segments:
            stop_only_at(StopAt::Segments);
            break;
        case Word::Both:
            stop_only_at(StopAt::Both);
            break;
        case Word::Until:
            seek(request.text);
            break;
        case Word::Drop:
            decide(request, SegmentFate::Drop);
            break;
        case Word::Duplicate:
            decide(request, SegmentFate::Duplicate);
            break;
        case Word::Delay:
            decide(request, SegmentFate::Delay);
            break;
        case Word::Corrupt:
            decide(request, SegmentFate::Corrupt);
            break;
        case Word::Type:
            type(request);
            break;
        case Word::Run:
            run();
            break;
        case Word::Back:
        case Word::Forward:
        case Word::Why:
        case Word::All:
        case Word::Save:
        case Word::Help:
        case Word::Quit:
            break;
    }
}

void Controller::next(std::size_t number) {
    const std::size_t waits = waiting_.all().size();
    if (number > waits) {
        complain(fmt::format("there is no number {}", number));
    } else if (waits > 0) {
        pace_ = Pace::Settles;
        let_go(number == 0 ? 0 : number - 1);
    } else {
        pace_ = Pace::Awaits;
        commands_.push_back(Say{"nothing is held: waiting for something to come" + hint_of_input()});
    }
}

/// What the user may do about it that nothing comes.
std::string Controller::hint_of_input() const {
    return wanting_input_.empty() ? ""
                                  : fmt::format("; {0} waits for input: type {0} TEXT", wanting_input_.begin()->second);
}

void Controller::stop_only_at(StopAt what) {
    stops_at_ = what;
    for (std::size_t position = 0; position < waiting_.all().size();) {
        if (passes(waiting_.all()[position].is_call())) {
            pace_ = Pace::Settles;
            let_go(position);
        } else {
            ++position;
        }
    }
    if (pace_ == Pace::Stopped) {
        commands_.push_back(Refresh{});
    }
}

/// A step after the other, as if Enter were pressed: what waits already is not what is sought.
void Controller::seek(const std::string& text) {
    const std::size_t blank = text.find(' ');
    const std::string first = text.substr(0, blank);
    const bool names_program = blank != std::string::npos && knows(first);
    if (knows(text)) {
        complain(fmt::format("until {0} WORD: which call, segment or text of {0}?", text));
        return;
    }
    sought_ = names_program ? Sought{first, text.substr(blank + 1)} : Sought{{}, text};
    for (auto& [from, line] : lines_) {
        line.clear();  // what has been printed already is not what is sought either
    }
    pace_ = Pace::Until;
    if (waiting_.all().empty()) {
        commands_.push_back(Say{"nothing is held: waiting for something to come"});
    } else {
        let_go(0);
    }
}

void Controller::decide(const Request& request, SegmentFate fate) {
    const std::size_t waits = waiting_.all().size();
    const std::size_t position = request.number == 0 ? waiting_.first_segment() : request.number - 1;
    if (position >= waits) {
        complain(request.number == 0 ? "no segment waits" : fmt::format("there is no number {}", request.number));
    } else if (waiting_.all()[position].is_call()) {
        complain(
            fmt::format("number {} is a call: only a segment can be lost, doubled, late or damaged", position + 1));
    } else {
        pace_ = Pace::Settles;
        let_go(position, fate, request.delay);
    }
}

void Controller::type(const Request& request) {
    if (!knows(request.program)) {
        complain(fmt::format("no program is called {}: {}", request.program, fmt::join(programs_, ", ")));
        return;
    }
    if (ended_.contains(request.program)) {
        complain(fmt::format("{} has ended", request.program));
        return;
    }
    if (pace_ == Pace::Stopped) {
        pace_ = std::exchange(ran_, false) ? Pace::Runs : Pace::Settles;
    }
    has_input(request.program);
    commands_.push_back(TypeLine{request.program, request.text});
}

void Controller::run() {
    pace_ = Pace::Runs;
    shown_ = stops_;
    while (!waiting_.all().empty()) {
        let_go(0);
    }
}

void Controller::look(std::ptrdiff_t by) {
    const auto last = static_cast<std::ptrdiff_t>(stops_);
    const std::ptrdiff_t wanted = static_cast<std::ptrdiff_t>(shown_) + by;
    const auto shown =
        static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(wanted, 1, std::max<std::ptrdiff_t>(last, 1)));
    if (stops_ == 0 || shown == shown_) {
        complain(by < 0 ? "this is the first stop" : "this is the present");
        return;
    }
    shown_ = shown;
    commands_.push_back(ShowStop{shown_, stops_});
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

void Controller::complain(std::string_view what) {
    commands_.push_back(Say{fmt::format("{}. Now: {}", what, possible_now())});
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

std::string Controller::possible_now() const {
    std::vector<std::string> words;
    const bool past = shown_ < stops_;
    if (!past && pace_ != Pace::Stopped) {
        words.emplace_back(pace_ == Pace::Runs || pace_ == Pace::Until ? "Enter (stops)" : "type NAME TEXT");
    } else if (!past && !over_) {
        const std::size_t waits = waiting_.all().size();
        words.emplace_back("Enter");
        if (waits > 1) {
            words.push_back(fmt::format("1-{}", waits));
        }
        if (waiting_.first_segment() < waits) {
            words.insert(words.end(), {"drop", "duplicate", "delay 200ms", "corrupt"});
        }
        words.insert(words.end(), {"calls", "segments", "both", "until WORD", "type NAME TEXT", "run"});
    } else if (past) {
        words.emplace_back("forward");
    }
    if (shown_ > 1) {
        words.emplace_back("back");
    }
    words.insert(words.end(), {"why", "all", "save FILE", "help", "quit"});
    return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace sockstep::step
