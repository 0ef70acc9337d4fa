// tracer/app/sequencer.hpp - brings frames and records of programs into the order of their times.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <variant>
#include <vector>

#include "base/timestamp.hpp"
#include "record/event.hpp"
#include "record/frame.hpp"
#include "record/passage.hpp"

namespace sockstep::app {

/// A frame whose octets live as long as this.
struct KeptFrame {
    record::Frame frame;  // its bytes are empty
    std::vector<std::uint8_t> octets;
};
KeptFrame kept(const record::Frame& frame);

/// A capture hands out frames some milliseconds late, a tracer its records at once. So everything waits here until
/// nothing earlier can come any more, and is then handed on in order. What has the same time comes in the order of
/// cause and effect: what programs begin, then frames, then what programs end.
class Sequencer {
public:
    struct Receivers {
        std::function<void(const record::Frame&)> frame;  // its octets live until this returns
        std::function<void(record::Event)> event;
        std::function<void(const record::Passage&)> passage{};
    };
    explicit Sequencer(Receivers receivers) : receivers_{std::move(receivers)} {}

    void add(KeptFrame frame);
    void add(record::Event event);
    void add(const record::Passage& passage);

    /// Hands on what is not later than `time`. Whatever comes later and is earlier than something handed on already
    /// gets the time of that, and is counted.
    void hand_on_until(base::Timestamp time);
    /// Hands on everything.
    void finish() { hand_on_until(base::Timestamp::max()); }

    /// How many came too late for their place.
    std::uint64_t late() const { return late_; }

private:
    /// Time; begin, frame or end; order of arrival.
    using Place = std::tuple<base::Timestamp, int, std::uint64_t>;

    bool continues_line(const record::Output& output);
    base::Timestamp not_before_last(base::Timestamp time);

    Receivers receivers_;
    std::map<Place, std::variant<KeptFrame, record::Event, record::Passage>> waiting_;
    std::uint64_t arrivals_ = 0;
    base::Timestamp last_{};  // of what was handed on
    std::uint64_t late_ = 0;
};

}  // namespace sockstep::app
