// tracer/labnet/wire_holds.cpp - what is stopped on the wire, what is absorbed meanwhile, and what is decided about it.
#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "decode/frame.hpp"
#include "labnet/wire.hpp"
#include "os/clock.hpp"

namespace sockstep::labnet {

/// True if the frame is no news; then it was never here, except in the counters of what is held.
bool Wire::absorb(const Entering& entering, const decode::TcpSegment* segment) {
    const auto absorbed = absorber_.absorbs(*segment);
    if (!absorbed || options_.show_retries) {
        return false;
    }
    Held* const held = find(absorbed->held);
    assert(held != nullptr);
    ++absorbed_;
    --frames_;
    if (absorbed->what == Repeats::Answered) {
        ++held->repeats_of_answered;
        return true;
    }
    ++held->repeats;
    held->last_repeat.assign(entering.frame.bytes.begin(), entering.frame.bytes.end());
    return true;
}

void Wire::hold(const Entering& entering, const decode::TcpSegment* segment, const Treatment& treatment) {
    events_.frame(entering.frame);
    Held held;
    held.id = entering.frame.number;
    held.from = entering.from;
    held.to = entering.to;
    held.entered = entering.frame.time;
    held.octets.assign(entering.frame.bytes.begin(), entering.frame.bytes.end());
    held.treatment = treatment;
    held_.push_back(std::move(held));
    if (segment != nullptr) {
        absorber_.hold(entering.frame.number, *segment);
    }
    announce({.frame = entering.frame.number,
              .time = entering.frame.time,
              .fate = record::Fate::Held,
              .from = entering.from,
              .to = entering.to});
}

Held* Wire::find(std::uint64_t id) {
    const auto found = std::ranges::find(held_, id, &Held::id);
    return found == held_.end() ? nullptr : &*found;
}

bool Wire::deliver(std::uint64_t id) {
    return release(id, {});
}

bool Wire::duplicate(std::uint64_t id) {
    return release(id, {.duplicate = true});
}

bool Wire::corrupt(std::uint64_t id) {
    return release(id, {.corrupt = true});
}

bool Wire::delay(std::uint64_t id, base::Duration time) {
    return release(id, {.delay = time});
}

/// Does with a held frame what its rules and `added` say. It stays held as long as it is under way.
bool Wire::release(std::uint64_t id, Treatment added) {
    Held* const held = find(id);
    if (held == nullptr || held->released) {
        return false;
    }
    held->released = true;
    Treatment treatment = held->treatment;
    treatment.duplicate |= added.duplicate;
    treatment.corrupt |= added.corrupt;
    treatment.delay += added.delay;
    Entering entering;
    const std::vector<std::uint8_t> octets = held->octets;
    entering.frame = {id, os::now(), base::LinkType::Ethernet, static_cast<std::uint32_t>(octets.size()), octets};
    entering.from = held->from;
    entering.to = held->to;
    if (treatment.delay.count() == 0) {
        forget(id);
    }
    send(entering, treatment);
    deliver_due();
    arm_timer();
    return true;
}

bool Wire::drop(std::uint64_t id) {
    Held* const held = find(id);
    if (held == nullptr || held->released) {
        return false;
    }
    Held dropped = std::move(*held);
    forget(id);
    announce({.frame = id,
              .fate = record::Fate::Dropped,
              .why = record::DropReason::Hand,
              .from = dropped.from,
              .to = dropped.to});
    if (!dropped.last_repeat.empty()) {
        enter_repeat(std::move(dropped));
    }
    return true;
}

/// The sender has tried again while the first try was held. That came to nothing, so now it is the repeat's turn. Rules
/// count it, and may do with it what they say.
void Wire::enter_repeat(Held&& dropped) {
    last_entered_ = std::max(last_entered_, os::now());
    Entering entering;
    entering.frame = {++frames_, last_entered_, base::LinkType::Ethernet,
                      static_cast<std::uint32_t>(dropped.last_repeat.size()), dropped.last_repeat};
    entering.from = dropped.from;
    entering.to = dropped.to;
    const decode::Decoded decoded =
        decode::decode(entering.frame.link, entering.frame.bytes, entering.frame.wire_length);
    const auto* segment = std::get_if<decode::TcpSegment>(&decoded);
    assert(segment != nullptr);
    Treatment treatment;
    rules_.apply(entering.from, *segment, treatment);
    if (treatment.dropped()) {
        events_.frame(entering.frame);
        send(entering, treatment);
        return;
    }
    hold(entering, segment, treatment);
}

void Wire::forget(std::uint64_t id) {
    const auto found = std::ranges::find(held_, id, &Held::id);
    if (found != held_.end()) {
        held_.erase(found);
        absorber_.release(id);
    }
}

void Wire::deliver_all() {
    std::vector<std::uint64_t> ids;
    for (const Held& held : held_) {
        ids.push_back(held.id);
    }
    for (const std::uint64_t id : ids) {
        deliver(id);
    }
}

}  // namespace sockstep::labnet
