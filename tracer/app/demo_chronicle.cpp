// tracer/app/demo_chronicle.cpp - lines wait for a later frame: pure, as far as the events are.
#include "app/demo_chronicle.hpp"

#include <utility>

namespace sockstep::app {

void Chronicle::printed(base::Timestamp time, Actor actor, std::string_view text) {
    for (const char c : text) {
        if (c == '\n') {
            waiting_.push_back({time, actor, std::exchange(unfinished(actor), {}), false});
        } else if (c != '\r') {
            unfinished(actor) += c;
        }
    }
}

void Chronicle::typed(base::Timestamp time, Actor actor, std::string_view line) {
    end_line(time, actor);
    waiting_.push_back({time, actor, std::string{line}, true});
}

void Chronicle::end_line(base::Timestamp time, Actor actor) {
    if (!unfinished(actor).empty()) {
        waiting_.push_back({time, actor, std::exchange(unfinished(actor), {}), false});
    }
}

void Chronicle::frame(const record::Frame& frame) {
    hand_out_before(frame.time);
    if (events_.frame) {
        events_.frame(frame);
    }
}

void Chronicle::finish(base::Timestamp time) {
    for (const Actor actor : actors) {
        end_line(time, actor);
    }
    hand_out_before(base::Timestamp::max());
}

void Chronicle::hand_out_before(base::Timestamp time) {
    while (!waiting_.empty() && waiting_.front().time < time) {
        const Line line = std::move(waiting_.front());
        waiting_.pop_front();
        if (events_.line) {
            events_.line(line.time, name_of(line.actor), line.text, line.typed);
        }
    }
}

}  // namespace sockstep::app
