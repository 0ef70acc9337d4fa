// tracer/app/listening.cpp - listen() and bind(), as they return.
#include "app/listening.hpp"

#include <fmt/format.h>

#include <variant>

#include "render/call_text.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t data_columns = 20;

}  // namespace

void Listening::add(const record::Event& event) {
    if (const auto* call = std::get_if<record::CallBegin>(&event)) {
        begins(*call);
    } else if (const auto* end = std::get_if<record::CallEnd>(&event)) {
        ends(*end);
    }
}

void Listening::begins(const record::CallBegin& call) {
    const bool waits = call.waits && (call.kind == record::CallKind::Receive || call.kind == record::CallKind::Wait);
    if (waits && bound_.contains(call.program)) {
        listening_.insert(call.program);
    }
    correlate::Call whole;
    whole.begin = call;
    last_[call.program] = whole;
    open_[call.id] = std::move(whole);
}

void Listening::ends(const record::CallEnd& end) {
    auto begun = open_.extract(end.id);
    if (begun.empty()) {
        return;
    }
    correlate::Call& call = begun.mapped();
    call.end = end;
    const std::string& program = call.begin.program;
    if (last_[program].begin.id == end.id) {
        last_[program] = call;
    }
    if (!call.returned() || call.failed()) {
        return;
    }
    if (call.begin.kind == record::CallKind::Listen) {
        listening_.insert(program);
    } else if (call.begin.kind == record::CallKind::Bind && call.begin.socket &&
               call.begin.socket->kind == record::SocketKind::Udp) {
        bound_.insert(program);
    }
}

std::string Listening::last_words_of(const std::string& program) const {
    const auto last = last_.find(program);
    if (last == last_.end()) {
        return "it has made no socket call";
    }
    const correlate::Call& call = last->second;
    const std::string text = render::call_text(call, data_columns);
    if (!call.end) {
        return fmt::format("it is in {}", text);
    }
    return fmt::format("its last call was {} {}", text, render::result_text(call, data_columns));
}

}  // namespace sockstep::app
