// tracer/render/screen.cpp - a stop, line by line.
#include "render/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ip_address.hpp"
#include "explain/calls.hpp"
#include "explain/words.hpp"
#include "render/call_text.hpp"
#include "render/names.hpp"

namespace sockstep::render {

namespace {

using correlate::Call;
using correlate::Moment;
using correlate::Segment;
using correlate::Timeline;

constexpr std::size_t data_columns = 40;

std::string text_of(const record::CallBegin& begin) {
    Call call;
    call.begin = begin;
    return call_text(call, data_columns);
}

/// "#3 PSH ACK  seq 1  ack 1  6 bytes "hello\n"".
std::string text_of(const Segment& segment) {
    std::string text = fmt::format("#{}", segment.facts.id);
    for (const std::string_view flag : flag_names(segment.packet.flags)) {
        text += fmt::format(" {}", flag);
    }
    text += fmt::format("  seq {}", segment.facts.seq);
    if (segment.packet.flags.ack()) {
        text += fmt::format("  ack {}", segment.facts.ack);
    }
    if (segment.facts.length > 0) {
        text += fmt::format("  {} {}", explain::count(static_cast<std::int64_t>(segment.facts.length), "byte"),
                            quoted(segment.data, data_columns));
    }
    return text;
}

const Segment* segment_of_frame(const Timeline& timeline, std::uint64_t frame) {
    const auto found =
        std::ranges::lower_bound(timeline.segments, frame, {}, [](const Segment& each) { return each.facts.frame; });
    return found != timeline.segments.end() && found->facts.frame == frame ? &*found : nullptr;
}

std::string text_of(const Timeline& timeline, const ScreenSegment& held) {
    const Segment* segment = segment_of_frame(timeline, held.frame);
    std::string text = fmt::format("{} -> {}  ", held.from, held.to);
    text += segment != nullptr ? text_of(*segment) : fmt::format("frame {}", held.frame);
    if (held.repeats > 0) {
        text +=
            fmt::format("  (sent again {}: absorbed)", explain::count(static_cast<std::int64_t>(held.repeats), "time"));
    }
    if (held.repeats_answered > 0) {
        text += fmt::format("  (what it answers came again {}: absorbed)",
                            explain::count(static_cast<std::int64_t>(held.repeats_answered), "time"));
    }
    return text;
}

std::string text_of(const ScreenSocket& socket) {
    const record::Socket& state = socket.state;
    std::string text = fmt::format("{} fd {}: {}", socket.program, socket.fd, state.what);
    if (!state.state.empty()) {
        text += " " + state.state;
    }
    if (state.local) {
        text += " " + to_string(*state.local);
    }
    if (state.peer) {
        text += " - " + to_string(*state.peer);
    }
    if (state.accept_queue) {
        return text + fmt::format(", accept queue {} of {}", *state.accept_queue, state.accept_limit.value_or(0) + 1);
    }
    if (state.receive_queue && state.send_queue) {
        text += fmt::format(", {} to read, {} not acknowledged", *state.receive_queue, *state.send_queue);
    }
    return text;
}

std::string text_of(const Timeline& timeline, const ScreenThread& thread) {
    if (thread.held) {
        return fmt::format("{} is about to call {}", thread.name, text_of(*thread.held));
    }
    if (thread.waits_for_input) {
        return fmt::format("{} waits for input", thread.name);
    }
    if (thread.in_call != 0) {
        const Call& call = timeline.call(thread.in_call);
        return fmt::format("{} sleeps in {} since {} s", thread.name, short_call_text(call),
                           base::seconds(timeline.since_start(call.begin.time), 3));
    }
    return fmt::format("{} is in no socket call", thread.name);
}

ScreenEvent of_call(const Timeline& timeline, const Call& call, bool ends) {
    if (!ends) {
        return {fmt::format("{}: {} ...", call.begin.program, call_text(call, data_columns)),
                explain::explain_begin(call)};
    }
    std::string text =
        fmt::format("{}: {} {}", call.begin.program, short_call_text(call), result_text(call, data_columns));
    const std::string slept = sleep_text(timeline, call);
    return {slept.empty() ? text : text + ", " + slept, explain::explain_end(timeline, call)};
}

std::string_view end_of(const record::Passage& passage) {
    switch (passage.fate) {
        case record::Fate::Held:
            return "is held";
        case record::Fate::Dropped:
            return "is lost";
        case record::Fate::Delivered:
            break;
    }
    return passage.corrupted ? "arrives damaged" : passage.duplicate ? "arrives a second time" : "arrives";
}

std::optional<ScreenEvent> of_passage(const Timeline& timeline, const correlate::Passage& passage) {
    if (passage.what.fate == record::Fate::Held) {
        return std::nullopt;
    }
    const Segment& segment = timeline.segment(passage.segment);
    const tcp::Side to = tcp::other(segment.facts.from);
    ScreenEvent event{fmt::format("#{} {}", passage.segment, end_of(passage.what)), {}};
    if (passage.before.of(to) != passage.after.of(to)) {
        event.text += fmt::format(": the {} is now {}", explain::name(to), name(passage.after.of(to)));
    }
    for (const std::uint64_t id : segment.woke) {
        const record::CallBegin& call = timeline.call(id).begin;
        event.text += fmt::format("; wakes {}'s {}", call.program, call.name);
    }
    return event;
}

std::optional<ScreenEvent> of_process(const record::Process& process) {
    switch (process.change) {
        case record::ProcessChange::Start:
            return ScreenEvent{fmt::format("{}: process {} starts", process.program, process.pid), {}};
        case record::ProcessChange::ThreadStart:
            return ScreenEvent{fmt::format("{}: a thread starts", process.program), {}};
        case record::ProcessChange::Exit:
            return ScreenEvent{process.signal.empty()
                                   ? fmt::format("{} ends with status {}", process.program, process.status)
                                   : fmt::format("{} is killed by {}", process.program, process.signal),
                               {}};
        case record::ProcessChange::Signal:
            return ScreenEvent{fmt::format("{} gets {}", process.program, process.signal), {}};
        case record::ProcessChange::Exec:
        case record::ProcessChange::ThreadExit:
        case record::ProcessChange::Exiting:
        case record::ProcessChange::Stopped:
        case record::ProcessChange::Continued:
            break;
    }
    return std::nullopt;
}

ScreenEvent of_output(const record::Output& output) {
    const char* verb = output.stream == record::Stream::Input   ? "reads"
                       : output.stream == record::Stream::Error ? "prints (error)"
                                                                : "prints";
    return {fmt::format("{} {} {}", output.program, verb, quoted(output.text, 80)), {}};
}

/// Lines of a list, each cut or broken to the width.
class Lines {
public:
    explicit Lines(const Style& style) : style_{style} {}

    void add(Paint paint, const std::string& text, std::size_t indent = 0) {
        const std::string margin(indent, ' ');
        for (const std::string& part : wrapped(text, style_.width > indent + 20 ? style_.width - indent : 20)) {
            lines_.push_back(margin + painted(style_, paint, part) + "\n");
        }
    }
    void add(const explain::Explanation& explanation) {
        if (!explanation.says.empty()) {
            add(Paint::Plain, explanation.says, 6);
        }
        if (style_.why) {
            for (const explain::Rule& rule : explanation.rules) {
                add(Paint::Dim, fmt::format("{}: {}", rule.source, rule.text), 6);
            }
        }
    }
    std::vector<std::string> take() { return std::move(lines_); }

private:
    const Style& style_;
    std::vector<std::string> lines_;
};

std::vector<std::string> present(const Style& style, const Timeline& timeline, const Screen& screen) {
    Lines lines{style};
    lines.add(Paint::Strong,
              fmt::format("-- stop {}{}{}", screen.stop, screen.reason.empty() ? "" : ": ", screen.reason));
    for (const ScreenHost& host : screen.hosts) {
        lines.add(Paint::Strong, fmt::format("host {} {}", host.name, host.address));
        for (const ScreenThread& thread : host.threads) {
            lines.add(Paint::Plain, text_of(timeline, thread), 2);
        }
        for (const ScreenSocket& socket : host.sockets) {
            lines.add(Paint::Dim, text_of(socket), 4);
        }
    }
    return lines.take();
}

std::vector<std::string> choices(const Style& style, const Timeline& timeline, const Screen& screen, std::size_t most) {
    Lines lines{style};
    for (const ScreenSegment& segment : screen.under_way) {
        lines.add(Paint::Dim, "on the wire, delayed: " + text_of(timeline, segment));
    }
    lines.add(Paint::Strong,
              screen.choices.empty() ? "nothing is held" : fmt::format("held ({} stop):", screen.stops_at));
    for (std::size_t i = 0; i < screen.choices.size() && i < most; ++i) {
        const ScreenChoice& choice = screen.choices[i];
        const std::string what = choice.segment ? "segment  " + text_of(timeline, *choice.segment)
                                                : fmt::format("call     {}: {}", choice.program, text_of(*choice.call));
        lines.add(choice.segment ? Paint::Client : Paint::Server, fmt::format("{:>3} {}", i + 1, what));
    }
    if (screen.choices.size() > most) {
        lines.add(Paint::Dim, fmt::format("    and {} more", screen.choices.size() - most));
    }
    return lines.take();
}

std::vector<std::string> happened(const Style& style, const Screen& screen) {
    Lines lines{style};
    for (const ScreenEvent& event : screen.happened) {
        lines.add(Paint::Plain, event.text, 2);
        lines.add(event.explanation);
    }
    return lines.take();
}

}  // namespace

std::optional<ScreenEvent> event_of(const Timeline& timeline, const Moment& moment) {
    switch (moment.what) {
        case Moment::What::CallBegins: {
            const Call& call = timeline.calls[moment.index];
            return call.end && !call.blocked ? std::nullopt : std::optional{of_call(timeline, call, false)};
        }
        case Moment::What::CallEnds:
            return of_call(timeline, timeline.calls[moment.index], true);
        case Moment::What::Segment: {
            const Segment& segment = timeline.segments[moment.index];
            const std::string from{explain::name(segment.facts.from)};
            return ScreenEvent{fmt::format("{} sends {}", from, text_of(segment)), explain::explain(timeline, segment)};
        }
        case Moment::What::Passage:
            return of_passage(timeline, timeline.passages[moment.index]);
        case Moment::What::Frame:
            return ScreenEvent{
                fmt::format("frame {}: {}", timeline.frames[moment.index].frame, timeline.frames[moment.index].what),
                {}};
        case Moment::What::Output:
            return of_output(timeline.outputs[moment.index]);
        case Moment::What::Process:
            return of_process(timeline.processes[moment.index]);
    }
    return std::nullopt;
}

std::string screen(const Style& style, const Timeline& timeline, const Screen& screen, std::size_t rows) {
    constexpr std::size_t most_choices = 8;
    std::vector<std::string> events = happened(style, screen);
    std::vector<std::string> upper = present(style, timeline, screen);
    std::vector<std::string> lower = choices(style, timeline, screen, rows == 0 ? screen.choices.size() : most_choices);
    if (rows != 0) {
        const std::size_t most = rows > lower.size() + 3 ? rows - lower.size() - 3 : 1;
        if (upper.size() > most) {
            const std::size_t hidden = upper.size() - most + 1;
            upper.resize(most);
            upper.back() = painted(style, Paint::Dim, fmt::format("  ... {} more lines of hosts", hidden)) + "\n";
        }
        const std::size_t used = upper.size() + lower.size();
        const std::size_t room = rows > used ? rows - used : 0;
        events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(std::min(events.size(), room)));
    }
    std::string text;
    for (const auto* part : {&upper, &events, &lower}) {
        for (const std::string& line : *part) {
            text += line;
        }
    }
    return text;
}

}  // namespace sockstep::render
