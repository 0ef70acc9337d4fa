// tracer/render/screen.cpp - a stop, line by line.
#include "render/screen.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/ip_address.hpp"
#include "explain/calls.hpp"
#include "explain/words.hpp"
#include "render/call_text.hpp"
#include "render/screen_text.hpp"

namespace sockstep::render {

namespace {

using correlate::Call;
using correlate::Segment;
using correlate::Timeline;

std::string text_of(const record::CallBegin& begin) {
    Call call;
    call.begin = begin;
    return call_text(call, data_columns);
}

const Segment* segment_of_frame(const Timeline& timeline, std::uint64_t frame) {
    const auto found =
        std::ranges::lower_bound(timeline.segments, frame, {}, [](const Segment& each) { return each.facts.frame; });
    return found != timeline.segments.end() && found->facts.frame == frame ? &*found : nullptr;
}

std::string text_of(const Timeline& timeline, const ScreenSegment& held) {
    const Segment* segment = segment_of_frame(timeline, held.frame);
    std::string text = fmt::format("{} -> {}  ", held.from, held.to);
    text += segment != nullptr ? screen_text(*segment) : fmt::format("frame {}", held.frame);
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

/// "7 to read, 6 unacked, 2000 not sent yet", "queues empty". Of a connection without a program it is not known which
/// have been sent.
std::string queues_text(const record::Socket& state) {
    std::vector<std::string> parts;
    const std::uint32_t unsent = std::min(state.unsent.value_or(0), *state.send_queue);
    if (*state.receive_queue > 0) {
        parts.push_back(fmt::format("{} to read", *state.receive_queue));
    }
    if (*state.send_queue > unsent) {
        parts.push_back(fmt::format("{} {}", *state.send_queue - unsent, state.unsent ? "unacked" : "queued"));
    }
    if (unsent > 0) {
        parts.push_back(fmt::format("{} not sent yet", unsent));
    }
    return parts.empty() ? "queues empty" : fmt::format("{}", fmt::join(parts, ", "));
}

/// "fd 4 ESTABLISHED 10.0.0.1:5000 - 10.0.0.11:41234, 6 unacked".
std::string text_of(const ScreenSocket& socket, bool names_program) {
    const record::Socket& state = socket.state;
    const bool has_program = socket.fd >= 0;
    std::string text = has_program ? fmt::format("{}{}fd {} ", names_program ? socket.program : "",
                                                 names_program ? " " : "", socket.fd)
                                   : "no fd ";
    text += state.state.empty() ? state.what : state.state;
    if (state.local) {
        text += " " + to_string(*state.local);
    }
    if (state.peer) {
        text += " - " + to_string(*state.peer);
    }
    if (state.accept_queue) {
        return text + fmt::format(", accept queue {} of {}", *state.accept_queue, state.accept_limit.value_or(0) + 1);
    }
    const bool has_queues = state.receive_queue && state.send_queue && state.peer && state.state != "TIME-WAIT";
    return has_queues ? text + ", " + queues_text(state) : text;
}

/// "sleeps in accept(3) for 1.2 s".
std::string text_of(const Timeline& timeline, const Screen& screen, const ScreenThread& thread) {
    if (thread.held) {
        return fmt::format("is about to call {}", text_of(*thread.held));
    }
    if (thread.in_call != 0) {
        const Call& call = timeline.call(thread.in_call);
        const std::string time = base::to_string(std::max(screen.now - call.begin.time, base::Duration{}));
        return fmt::format("sleeps in {} for {}{}", short_call_text(call), time,
                           thread.waits_for_input ? ", and waits for input" : "");
    }
    return thread.waits_for_input ? "waits for input" : "is in no socket call";
}

/// Lines of a list, each cut or broken to the width.
class Lines {
public:
    explicit Lines(const Style& style) : style_{style} {}

    /// `hang`: what goes on in a next line stands so much further in.
    void add(Paint paint, const std::string& text, std::size_t indent = 0, std::size_t hang = 0) {
        const bool fits = indent + text.size() <= style_.width;
        const std::size_t further = fits ? indent : indent + hang;
        std::string before(indent, ' ');
        for (const std::string& part : wrapped(text, style_.width > further + 20 ? style_.width - further : 20)) {
            lines_.push_back(before + painted(style_, paint, part) + "\n");
            before.assign(further, ' ');
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

bool has_several_programs(const ScreenHost& host) {
    return std::ranges::any_of(host.sockets, [&](const ScreenSocket& socket) {
        return socket.fd >= 0 && socket.program != host.sockets.front().program;
    });
}

/// A host with one thread takes one line with it.
void add_host(Lines& lines, const Timeline& timeline, const Screen& screen, const ScreenHost& host) {
    const bool is_one = host.threads.size() == 1 && host.threads.front().name == host.name;
    lines.add(Paint::Strong, fmt::format("{} ({}){}", host.name, host.address,
                                         is_one ? " " + text_of(timeline, screen, host.threads.front())
                                                : (host.threads.empty() ? ": no program runs" : "")));
    if (!is_one) {
        for (const ScreenThread& thread : host.threads) {
            lines.add(Paint::Plain, fmt::format("{} {}", thread.name, text_of(timeline, screen, thread)), 2);
        }
    }
    const bool names_program = has_several_programs(host);
    for (const ScreenSocket& socket : host.sockets) {
        lines.add(Paint::Dim, text_of(socket, names_program), is_one || host.threads.empty() ? 2 : 4);
    }
}

std::vector<std::string> present(const Style& style, const Timeline& timeline, const Screen& screen) {
    Lines lines{style};
    const std::string stop = fmt::format("{}stop {}", screen.is_under_way ? "after " : "", screen.stop);
    lines.add(Paint::Strong, fmt::format("-- {}{}{}", screen.stop == 0 ? "no stop yet" : stop,
                                         screen.reason.empty() ? "" : ": ", screen.reason));
    for (const ScreenHost& host : screen.hosts) {
        add_host(lines, timeline, screen, host);
    }
    return lines.take();
}

std::vector<std::string> choices(const Style& style, const Timeline& timeline, const Screen& screen) {
    Lines lines{style};
    for (const ScreenSegment& segment : screen.under_way) {
        lines.add(Paint::Dim, "on the wire, delayed: " + text_of(timeline, segment));
    }
    lines.add(Paint::Strong,
              screen.choices.empty() ? "nothing is held" : fmt::format("held ({} stop):", screen.stops_at));
    constexpr std::size_t hang = 13;  // below what is behind "  1 segment  "
    for (std::size_t i = 0; i < screen.choices.size(); ++i) {
        const ScreenChoice& choice = screen.choices[i];
        const std::string what = choice.segment ? "segment  " + text_of(timeline, *choice.segment)
                                                : fmt::format("call     {}: {}", choice.program, text_of(*choice.call));
        lines.add(choice.segment ? Paint::Client : Paint::Server, fmt::format("{:>3} {}", i + 1, what), 0, hang);
    }
    return lines.take();
}

enum class Keeps { Beginning, End };

/// At most `rows` lines of them, one of which says how many are missing.
std::vector<std::string> cut(const Style& style, std::vector<std::string> lines, std::size_t rows, Keeps keeps,
                             std::string_view what) {
    if (lines.size() <= rows) {
        return lines;
    }
    const auto missing = static_cast<std::ptrdiff_t>(lines.size() - rows + 1);
    const std::string note =
        painted(style, Paint::Dim,
                fmt::format("  ... {} more {} of {}: all shows them", missing, missing == 1 ? "line" : "lines", what)) +
        "\n";
    if (rows == 0) {
        return {};
    }
    if (keeps == Keeps::Beginning) {
        lines.resize(rows - 1);
        lines.push_back(note);
    } else {
        lines.erase(lines.begin(), lines.begin() + missing);
        lines.insert(lines.begin(), note);
    }
    return lines;
}

/// `explained`: how many of them, the latest, with their explanations.
std::vector<std::string> happened(const Style& style, const Screen& screen, std::size_t explained) {
    Lines lines{style};
    if (screen.forgotten > 0) {
        lines.add(Paint::Dim,
                  fmt::format("... {} before these: save FILE writes them",
                              explain::count(static_cast<std::int64_t>(screen.forgotten), "event")),
                  2);
    }
    for (std::size_t i = 0; i < screen.happened.size(); ++i) {
        const ScreenEvent& event = screen.happened[i];
        lines.add(Paint::Plain, event.text, 2);
        if (i + explained >= screen.happened.size()) {
            lines.add(event.explanation);
        }
    }
    return lines.take();
}

/// "3 explanations": of the events before the latest `explained`. Empty if they have none.
std::string left_unexplained(const Screen& screen, std::size_t explained) {
    const auto end = screen.happened.end() - static_cast<std::ptrdiff_t>(explained);
    const auto count = std::count_if(screen.happened.begin(), end,
                                     [](const ScreenEvent& event) { return !event.explanation.says.empty(); });
    return count == 0 ? "" : explain::count(count, "explanation");
}

/// As many explanations as there is room for, the latest first; a line counts the others.
std::vector<std::string> happened_in(const Style& style, const Screen& screen, std::size_t rows) {
    for (std::size_t explained = std::min(rows, screen.happened.size()) + 1; explained-- > 0;) {
        std::vector<std::string> lines = happened(style, screen, explained);
        const std::string others = left_unexplained(screen, explained);
        if (!others.empty()) {
            lines.insert(lines.begin(),
                         painted(style, Paint::Dim, fmt::format("  ... {} more: all shows them", others)) + "\n");
        }
        if (lines.size() <= rows) {
            return lines;
        }
    }
    const std::string others = left_unexplained(screen, 0);
    return cut(style, happened(style, screen, 0), rows, Keeps::End,
               "what has happened" + (others.empty() ? "" : ", and " + others));
}

}  // namespace

std::string screen(const Style& style, const Timeline& timeline, const Screen& screen, std::size_t rows) {
    std::vector<std::string> upper = present(style, timeline, screen);
    std::vector<std::string> lower = choices(style, timeline, screen);
    std::vector<std::string> events =
        rows == 0 ? happened(style, screen, screen.happened.size()) : std::vector<std::string>{};
    if (rows != 0) {
        constexpr std::size_t least_of_hosts = 3;
        const std::size_t most_choices = rows > least_of_hosts + upper.size() ? rows - upper.size() : rows / 2;
        lower = cut(style, std::move(lower), most_choices, Keeps::Beginning, "what is held");
        const std::size_t least_of_events = std::min<std::size_t>(screen.happened.size(), 1);
        const std::size_t taken = lower.size() + least_of_events;
        upper = cut(style, std::move(upper), rows > taken ? rows - taken : 1, Keeps::Beginning, "hosts");
        const std::size_t used = upper.size() + lower.size();
        events = happened_in(style, screen, rows > used ? rows - used : 0);
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
