// tracer/step/controller_words.cpp - what the user says: what is done about it, and what may be said now.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "step/controller.hpp"

namespace sockstep::step {

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
    if (!shows_present()) {
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
        go(Pace::Settles);
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
        go(Pace::Settles);
        let_go(number == 0 ? 0 : number - 1);
    } else {
        go(Pace::Awaits);
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
            go(Pace::Settles);
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
    go(Pace::Until);
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
        go(Pace::Settles);
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
        go(std::exchange(ran_, false) ? Pace::Runs : Pace::Settles);
    }
    has_input(request.program);
    commands_.push_back(TypeLine{request.program, request.text});
}

void Controller::run() {
    go(Pace::Runs);
    while (!waiting_.all().empty()) {
        let_go(0);
    }
}

void Controller::look(std::ptrdiff_t by) {
    const auto last = static_cast<std::ptrdiff_t>(present());
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

void Controller::complain(std::string_view what) {
    commands_.push_back(Say{fmt::format("{}. Now: {}", what, possible_now())});
}

std::string Controller::possible_now() const {
    std::vector<std::string> words;
    const bool past = !shows_present();
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
