// tracer/render/diagram_text.cpp - short texts for pictures, and the long ones behind them.
#include "render/diagram_text.hpp"

#include <fmt/format.h>

#include <string_view>

#include "explain/calls.hpp"
#include "explain/words.hpp"
#include "render/call_text.hpp"
#include "render/names.hpp"
#include "render/style.hpp"

namespace sockstep::render {

namespace {

constexpr std::size_t columns_of_data = 24;  // less than elsewhere: it stands on an arrow

void add_queue(std::string& text, std::string_view name, const std::optional<std::uint32_t>& octets) {
    if (octets) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, explain::number(*octets));
    }
}

/// "fd 3: unread 6, unacknowledged 0": octets, as the kernel said when the call began or ended.
std::string queues_of(const correlate::Call& call) {
    const auto& socket = call.end && call.end->socket ? call.end->socket : call.begin.socket;
    std::string text;
    if (socket && socket->kind == record::SocketKind::Tcp) {
        add_queue(text, "unread", socket->receive_queue);
        add_queue(text, "unacknowledged", socket->send_queue);
        add_queue(text, "connections to accept", socket->accept_queue);
    }
    return text.empty() ? text : fmt::format("fd {}: {}", call.begin.fd, text);
}

std::string process_text(const record::Process& process) {
    switch (process.change) {
        case record::ProcessChange::Start:
            return process.parent == 0 ? "" : "is forked";
        case record::ProcessChange::Exec:
            return "";
        case record::ProcessChange::ThreadStart:
            return "starts";
        case record::ProcessChange::ThreadExit:
            return "ends";
        case record::ProcessChange::Exiting:
            return process.sockets.empty()
                       ? ""
                       : fmt::format("ends: the kernel closes its descriptors of {}",
                                     explain::count(static_cast<std::int64_t>(process.sockets.size()), "socket"));
        case record::ProcessChange::Exit:
            return process.signal.empty() ? fmt::format("exits with status {}", process.status)
                                          : fmt::format("is killed by {}", process.signal);
        case record::ProcessChange::Signal:
            return fmt::format("gets {}", process.signal);
        case record::ProcessChange::Stopped:
            return "is stopped";
        case record::ProcessChange::Continued:
            return "goes on";
    }
    return "";
}

}  // namespace

void describe_segment(const correlate::Timeline& timeline, const correlate::Segment& segment, Item& item) {
    const tcp::Segment& facts = segment.facts;
    item.text = fmt::format("#{}", facts.id);
    for (const std::string_view flag : flag_names(segment.packet.flags)) {
        item.text += fmt::format(" {}", flag);
    }
    if (facts.length > 0) {
        item.text += "  " + explain::count(facts.length, "byte");
    }
    item.detail = fmt::format("seq {}", facts.seq);
    if (segment.packet.flags.ack()) {
        item.detail += fmt::format("  ack {}", facts.ack);
    }
    if (!segment.data.empty()) {
        item.data = quoted(segment.data, columns_of_data);
    }
    for (const std::string_view note : note_names(facts.notes)) {
        item.notes += item.notes.empty() ? "" : ", ";
        item.notes += note;
    }
    item.has_data = facts.length > 0;
    item.repeats = facts.repeats.has_value();
    item.alarming = segment.packet.flags.rst();
    const explain::Explanation explanation = explain::explain(timeline, segment);
    item.says = explanation.says;
    const bool is_syn_ack = segment.packet.flags.syn() && segment.packet.flags.ack();  // of which it is said anyway
    const bool is_of_a_run = !timeline.calls.empty();  // of a capture nobody knows what sent it
    if (segment.cause.by == correlate::Causer::Kernel && is_of_a_run && !is_syn_ack) {
        item.says += " Made by the kernel, on its own.";
    }
    item.source = explanation.sources();
}

void describe_call(const correlate::Timeline& timeline, const correlate::Call& call, bool twice, Item& item) {
    item.text = call_text(call, columns_of_data);
    if (twice) {
        item.end_text = short_call_text(call) + " " + result_text(call, columns_of_data);
        item.slept = sleep_text(timeline, call);
    } else {
        item.text += " " + result_text(call, columns_of_data);
    }
    item.alarming = call.failed();
    item.blocked = call.blocked;
    item.queues = queues_of(call);
    const explain::Explanation explanation = explain::explain_end(timeline, call);
    item.says = explanation.says;
    item.source = explanation.sources();
}

void describe_output(const record::Output& output, Item& item) {
    item.typed = output.stream == record::Stream::Input;
    const std::string text = quoted(output.text, 400);
    if (item.typed) {
        item.text = output.text.empty() ? "end of input" : "typed: " + text;
    } else {
        item.text = (output.stream == record::Stream::Error ? "prints an error: " : "prints: ") + text;
    }
}

void describe_process(const record::Process& process, const std::string& name, Item& item) {
    const std::string what = process_text(process);
    item.text = what.empty() ? "" : fmt::format("{} {}", name, what);
    item.alarming = process.change == record::ProcessChange::Exit && !process.signal.empty();
}

}  // namespace sockstep::render
