// server/chat/pace.hpp - how many lines a second one client may send.
#pragma once

#include <algorithm>
#include <chrono>

namespace chat {

/// Lets `burst` lines through at once, and then so many a second. Who sends faster is made to wait: the server reads no
/// more, the client's window closes, and TCP slows its send() down. Nothing is lost, and readers can keep up.
class Pace {
public:
    using Clock = std::chrono::steady_clock;

    Pace(int lines_per_second, int burst)
        : interval_{std::chrono::duration_cast<Clock::duration>(std::chrono::seconds{1}) / lines_per_second},
          burst_{interval_ * burst} {}

    /// How long the line that came at `now` must wait; zero or less: not at all.
    Clock::duration admit(Clock::time_point now) {
        due_ = std::max(due_, now) + interval_;
        return due_ - burst_ - now;
    }

private:
    Clock::duration interval_;
    Clock::duration burst_;
    Clock::time_point due_{};  // when the lines so far would have come, had they come evenly
};

}  // namespace chat
