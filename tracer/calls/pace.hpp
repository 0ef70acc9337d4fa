// tracer/calls/pace.hpp - whether it pays to wait for the next stop, asleep or awake.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/timestamp.hpp"

namespace sockstep::calls {

/// Do stops come one upon the other?
class Pace {
public:
    void stop_at(base::Timestamp time) {
        constexpr std::chrono::milliseconds soon{1};
        in_a_row_ = time - last_ < soon ? in_a_row_ + 1 : 0;
        last_ = time;
    }

    void none_came() { in_a_row_ = 0; }

    bool is_quick() const { return in_a_row_ >= 8; }

private:
    base::Timestamp last_{};
    int in_a_row_ = 0;
};

/// To be woken takes longer than many programs need from one call to the next, so who stays awake is faster, if a
/// processor is free for it. If none is, or programs take their time, it wastes time: after each vigil in vain, twice
/// as many are left out as after the one before.
class Vigil {
public:
    static constexpr std::chrono::microseconds longest{50};

    /// Asked when no stop waits. If true, stay awake, and tell whether one came().
    bool is_worthwhile() { return left_out_ == 0 || --left_out_ < 0; }

    void came(bool in_time) {
        constexpr int most = 256;
        penalty_ = in_time ? 1 : std::min(penalty_ * 2, most);
        left_out_ = in_time ? 0 : penalty_;
    }

private:
    int penalty_ = 1;
    int left_out_ = 0;
};

}  // namespace sockstep::calls
