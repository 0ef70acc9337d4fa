// tracer/app/sequencer.cpp - a sorted waiting room.
#include "app/sequencer.hpp"

#include <algorithm>
#include <utility>

namespace sockstep::app {

namespace {

constexpr int begins = 0;
constexpr int passes = 1;
constexpr int ends = 2;

int rank_of(const record::Event& event) {
    if (const auto* process = std::get_if<record::Process>(&event)) {
        const bool is_an_end =
            process->change == record::ProcessChange::Exit || process->change == record::ProcessChange::ThreadExit;
        return is_an_end ? ends : begins;
    }
    return std::holds_alternative<record::CallEnd>(event) ? ends : begins;
}

}  // namespace

KeptFrame kept(const record::Frame& frame) {
    KeptFrame kept{frame, {frame.bytes.begin(), frame.bytes.end()}};
    kept.frame.bytes = {};
    return kept;
}

void Sequencer::add(KeptFrame frame) {
    frame.frame.time = not_before_last(frame.frame.time);
    const Place place{frame.frame.time, passes, ++arrivals_};
    waiting_.emplace(place, std::move(frame));
}

void Sequencer::add(record::Event event) {
    if (const auto* output = std::get_if<record::Output>(&event); output != nullptr && continues_line(*output)) {
        return;
    }
    const base::Timestamp time = not_before_last(record::time_of(event));
    std::visit([time](auto& each) { each.time = time; }, event);
    const Place place{time, rank_of(event), ++arrivals_};
    waiting_.emplace(place, std::move(event));
}

/// Standard error is not buffered, so a line of it may come in pieces: each is added to the one before, if nothing has
/// happened between them.
bool Sequencer::continues_line(const record::Output& output) {
    if (waiting_.empty() || output.stream == record::Stream::Input) {
        return false;
    }
    auto* event = std::get_if<record::Event>(&waiting_.rbegin()->second);
    auto* before = event == nullptr ? nullptr : std::get_if<record::Output>(event);
    if (before == nullptr || before->program != output.program || before->stream != output.stream ||
        before->text.ends_with('\n') || output.time < before->time) {
        return false;
    }
    before->text += output.text;
    return true;
}

void Sequencer::add(const record::Passage& passage) {
    record::Passage kept = passage;
    kept.time = not_before_last(passage.time);
    waiting_.emplace(Place{kept.time, passes, ++arrivals_}, kept);
}

base::Timestamp Sequencer::not_before_last(base::Timestamp time) {
    late_ += time < last_ ? 1U : 0U;
    return std::max(time, last_);
}

void Sequencer::hand_on_until(base::Timestamp time) {
    while (!waiting_.empty() && std::get<0>(waiting_.begin()->first) <= time) {
        auto next = waiting_.extract(waiting_.begin());
        last_ = std::get<0>(next.key());
        if (auto* kept = std::get_if<KeptFrame>(&next.mapped())) {
            kept->frame.bytes = kept->octets;
            receivers_.frame(kept->frame);
        } else if (const auto* passage = std::get_if<record::Passage>(&next.mapped())) {
            receivers_.passage(*passage);
        } else {
            receivers_.event(std::move(std::get<record::Event>(next.mapped())));
        }
    }
}

}  // namespace sockstep::app
