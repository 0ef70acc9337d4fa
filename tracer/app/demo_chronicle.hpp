// tracer/app/demo_chronicle.hpp - brings what programs print and what the wire carries into one order.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>

#include "app/demo.hpp"
#include "app/demo_script.hpp"

namespace sockstep::app {

/// A capture hands out frames some milliseconds late, a pipe its text at once. So a line waits here until a frame with
/// a later time comes, or the end. REQUIRES: the times of lines never go back.
class Chronicle {
public:
    explicit Chronicle(const DemoEvents& events) : events_{events} {}

    /// Some of what `actor` prints: any number of lines, the last one perhaps unfinished.
    void printed(base::Timestamp time, Actor actor, std::string_view text);
    /// An unfinished line before it was the question to this answer, and ends here.
    void typed(base::Timestamp time, Actor actor, std::string_view line);
    void frame(const record::Frame& frame);
    /// Nothing more will come: hands out what waits.
    void finish(base::Timestamp time);

private:
    struct Line {
        base::Timestamp time;
        Actor actor;
        std::string text;
        bool typed;
    };

    void end_line(base::Timestamp time, Actor actor);
    void hand_out_before(base::Timestamp time);
    std::string& unfinished(Actor actor) { return unfinished_[static_cast<std::size_t>(actor)]; }

    const DemoEvents& events_;
    std::deque<Line> waiting_;
    std::array<std::string, actors.size()> unfinished_;
};

}  // namespace sockstep::app
