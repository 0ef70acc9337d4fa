// tracer/render/call_text.cpp - arguments, results, errors.
#include "render/call_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "explain/call_errors.hpp"
#include "explain/calls.hpp"
#include "render/style.hpp"

namespace sockstep::render {

namespace {

using record::CallKind;

/// Numbers of octets need no name beside the data that they count.
bool is_a_length(std::string_view name) {
    constexpr std::array lengths{"len", "count", "size", "n", "length"};
    return std::ranges::find(lengths, name) != lengths.end();
}

/// What a call is given under this name is where it goes to, or where it stands.
bool is_an_address(std::string_view name) {
    constexpr std::array addresses{"addr", "dest_addr", "msg_name"};
    return std::ranges::find(addresses, name) != addresses.end();
}

/// Numbers that are written as text: times, sets of descriptors.
bool needs_its_name(std::string_view name) {
    constexpr std::array names{"timeout", "readfds", "writefds", "exceptfds"};
    return std::ranges::find(names, name) != names.end();
}

/// A constant's name says enough; a number needs its argument's name. No flags and no protocol are not worth a word.
std::string text_of(const record::Argument& argument) {
    if (const auto* text = std::get_if<std::string>(&argument.value)) {
        const std::string said = *text == "0" ? std::string{} : printable(*text);
        return needs_its_name(argument.name) ? fmt::format("{} {}", argument.name, said) : said;
    }
    const auto number = std::get<std::int64_t>(argument.value);
    if (is_a_length(argument.name)) {
        return std::to_string(number);
    }
    if (argument.name == "epfd") {
        return std::to_string(number);
    }
    const bool means_nothing = number == 0 && (argument.name == "flags" || argument.name == "protocol");
    return means_nothing ? std::string{} : fmt::format("{} {}", argument.name, number);
}

/// epoll_ctl(epfd, op, fd, event)
bool names_its_socket_third(const record::CallBegin& begin) {
    return begin.fd >= 0 && !begin.arguments.empty() && begin.arguments.front().name == "epfd";
}

bool moves_data(const record::CallBegin& begin) {
    return begin.kind == CallKind::Send || begin.kind == CallKind::Receive;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() || part.empty() ? "" : ", ") + part;
    }
    return text;
}

std::string failure(const record::CallEnd& end) {
    const std::string_view words = explain::text_of_error(end.error);
    return words.empty() ? fmt::format("= {} {}", end.result, end.error)
                         : fmt::format("= {} {} ({})", end.result, end.error, words);
}

std::string why_no_result(record::CallFate fate) {
    switch (fate) {
        case record::CallFate::Returned:
            break;
        case record::CallFate::Restarted:
            return "= ? (begins anew)";
        case record::CallFate::Interrupted:
            return "= ? (interrupted)";
        case record::CallFate::ThreadEnded:
            return "= ? (never returned)";
        case record::CallFate::Unfinished:
            return "= ? (went on at the end)";
    }
    return "";
}

}  // namespace

std::string call_text(const correlate::Call& call, std::size_t columns) {
    const record::CallBegin& begin = call.begin;
    std::vector<std::string> parts;
    if (begin.fd >= 0 && !names_its_socket_third(begin)) {
        parts.push_back(std::to_string(begin.fd));
    }
    if (begin.kind == CallKind::Send && !begin.data.empty()) {
        std::string data = quoted(begin.data, columns);
        const bool is_cut = begin.length > begin.data.size() && !data.ends_with("...");
        parts.push_back(is_cut ? data + "..." : data);
    }
    bool has_length = false;
    for (const record::Argument& argument : begin.arguments) {
        has_length = has_length || is_a_length(argument.name);
        parts.push_back(text_of(argument));
        if (argument.name == "op" && names_its_socket_third(begin)) {
            parts.push_back(std::to_string(begin.fd));
        }
    }
    if (!has_length && moves_data(begin)) {
        parts.push_back(std::to_string(begin.length));
    }
    return fmt::format("{}({})", printable(begin.name), joined(parts));
}

std::string short_call_text(const correlate::Call& call) {
    return fmt::format("{}({})", printable(call.begin.name), call.begin.fd >= 0 ? std::to_string(call.begin.fd) : "");
}

std::string addressed_call_text(const correlate::Call& call) {
    std::vector<std::string> parts{call.begin.fd >= 0 ? std::to_string(call.begin.fd) : std::string{}};
    for (const record::Argument& argument : call.begin.arguments) {
        if (is_an_address(argument.name)) {
            parts.push_back(text_of(argument));
        }
    }
    return fmt::format("{}({})", printable(call.begin.name), joined(parts));
}

std::string result_text(const correlate::Call& call, std::size_t columns) {
    if (!call.end) {
        return "...";
    }
    const record::CallEnd& end = *call.end;
    if (!call.returned()) {
        return why_no_result(end.fate);
    }
    if (call.failed()) {
        return failure(end);
    }
    std::string text = fmt::format("= {}", end.result);
    if (call.begin.kind == CallKind::Receive && !end.data.empty()) {
        text += " " + quoted(end.data, columns);
        text += end.result > static_cast<std::int64_t>(end.data.size()) && !text.ends_with("...") ? "..." : "";
    }
    for (const record::Argument& result : end.results) {
        const auto* words = std::get_if<std::string>(&result.value);
        text +=
            fmt::format(", {} {}", printable(result.name),
                        words != nullptr ? printable(*words) : std::to_string(std::get<std::int64_t>(result.value)));
    }
    return text;
}

std::string sleep_text(const correlate::Timeline& timeline, const correlate::Call& call) {
    if (!call.end || !call.blocked) {
        return "";
    }
    const bool unknown = call.woken_by.by == correlate::Waker::Unknown;
    const std::string wake = unknown ? "what woke it is not known" : explain::wake_of(timeline, call);
    return fmt::format("slept {}{}{}", base::to_string(call.duration()), wake.empty() ? "" : ", ", wake);
}

}  // namespace sockstep::render
