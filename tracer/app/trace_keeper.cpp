// tracer/app/trace_keeper.cpp - a queue before the writer.
#include "app/trace_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <system_error>
#include <utility>

#include "app/hints.hpp"
#include "explain/calls.hpp"
#include "explain/explain.hpp"

namespace sockstep::app {

namespace {

constexpr std::chrono::milliseconds time_to_be_understood{250};
constexpr std::chrono::milliseconds time_between_writes{100};

/// Tells runs apart, even those that began in the same moment.
std::string new_id() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

std::string comment_on_frame(const correlate::Timeline& timeline, std::uint64_t frame) {
    const auto found = std::ranges::lower_bound(timeline.segments, frame, {},
                                                [](const correlate::Segment& each) { return each.facts.frame; });
    return found != timeline.segments.end() && found->facts.frame == frame ? comment_on(timeline, *found)
                                                                           : std::string{};
}

}  // namespace

std::string made_by() {
    return "sockstep " SOCKSTEP_VERSION;
}

std::string comment_on(const correlate::Timeline& timeline, const correlate::Segment& segment) {
    const explain::Explanation explanation = explain::explain(timeline, segment);
    std::string comment = explanation.says;
    for (const std::uint64_t id : segment.woke) {
        const record::CallBegin& call = timeline.call(id).begin;
        comment += fmt::format(" Wakes {}'s {} (call {}).", call.program, call.name, id);
    }
    const auto way = correlate::way_of(timeline, segment);
    if (way && way->fate == correlate::WayEnd::Dropped) {
        comment += fmt::format(" Lost on the way, {}.", explain::why_lost(way->why));
    } else if (way && segment.arrived) {
        comment += fmt::format(" Arrives after {}.", base::to_string(*segment.arrived - segment.time));
    }
    const std::string sources = explanation.sources();
    return sources.empty() ? comment : fmt::format("{} [{}]", comment, sources);
}

TraceKeeper::TraceKeeper(os::Fd file, const std::string& path, const tracefile::About& about) {
    writer_.emplace(std::move(file), path, new_id(), about);
}

TraceKeeper::~TraceKeeper() {
    attempt([this] {
        for (const Waiting& waiting : std::exchange(waiting_, {})) {
            write(waiting, nullptr);
        }
        writer_->flush();
    });
}

/// The first failure is the last one.
template <typename Action>
void TraceKeeper::attempt(Action action) {
    if (!writer_) {
        return;
    }
    try {
        action();
    } catch (const std::system_error& error) {
        failure_ = message_for(error);
        writer_.reset();
        waiting_.clear();
    }
}

void TraceKeeper::wait(base::Timestamp until, tracefile::Record record) {
    if (writer_) {
        waiting_.push_back({until, std::move(record)});
    }
}

void TraceKeeper::add(const record::Frame& frame) {
    record::Frame kept = frame;
    kept.bytes = {};
    wait(frame.time + time_to_be_understood, tracefile::KeptFrame{kept, {frame.bytes.begin(), frame.bytes.end()}});
}

void TraceKeeper::add(const record::Event& event) {
    std::visit([this](const auto& each) { wait(each.time, each); }, event);
}

void TraceKeeper::add(const record::Passage& passage) {
    wait(passage.time, passage);
}

void TraceKeeper::add(const tracefile::Shown& shown) {
    wait(shown.time, shown);
}

void TraceKeeper::write(const Waiting& waiting, const correlate::Timeline* timeline) {
    if (const auto* kept = std::get_if<tracefile::KeptFrame>(&waiting.record)) {
        writer_->add(kept->view(),
                     timeline == nullptr ? std::string{} : comment_on_frame(*timeline, kept->frame.number));
    } else {
        writer_->add(waiting.record);
    }
}

void TraceKeeper::write_until(base::Timestamp time, const correlate::Timeline& timeline) {
    attempt([&] {
        while (!waiting_.empty() && waiting_.front().until <= time) {
            write(waiting_.front(), &timeline);
            waiting_.pop_front();
        }
        if (time >= flushed_ + time_between_writes) {
            flushed_ = time;
            writer_->flush();
        }
    });
}

void TraceKeeper::finish(const correlate::Timeline& timeline) {
    attempt([&] {
        for (const Waiting& waiting : waiting_) {
            write(waiting, &timeline);
        }
        waiting_.clear();
        writer_->finish();
        writer_.reset();
    });
}

}  // namespace sockstep::app
