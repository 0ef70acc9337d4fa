// tracer/labnet/wire.hpp - what joins the hosts: every frame of the lab passes here, and here it is decided what
// happens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/timestamp.hpp"
#include "capture/port.hpp"
#include "decode/frame.hpp"
#include "labnet/absorber.hpp"
#include "labnet/effects.hpp"
#include "labnet/network.hpp"
#include "labnet/rule.hpp"
#include "labnet/transit.hpp"
#include "os/fd.hpp"
#include "record/frame.hpp"
#include "record/passage.hpp"

namespace sockstep::labnet {

struct WireOptions {
    LinkOptions link;
    std::vector<Rule> rules;
    bool hold_all = false;      // every frame stops until somebody says what happens to it
    bool show_retries = false;  // what kernels repeat while something is held stops too, and is not absorbed
};

/// What the wire tells, in the order in which it happens: a frame when it has entered, then what becomes of it.
struct WireEvents {
    std::function<void(const record::Frame&)> frame;
    std::function<void(const record::Passage&)> passage;
};

/// A frame that is stopped.
struct Held {
    std::uint64_t id = 0;  // the number of its frame
    int from = -1;         // hosts, by their numbers
    int to = -1;           // -1: every other host
    base::Timestamp entered{};
    std::vector<std::uint8_t> octets{};
    std::uint64_t repeats = 0;              // copies of it, absorbed
    std::uint64_t repeats_of_answered = 0;  // copies of what it answers, absorbed
    bool released = false;                  // delay() was said: it will be delivered, and until then it is held

    Treatment treatment{};                    // what rules say, done when it is delivered
    std::vector<std::uint8_t> last_repeat{};  // the latest of `repeats`
};

struct WireStatistics {
    std::uint64_t entered = 0;    // frames, without those absorbed
    std::uint64_t delivered = 0;  // copies
    std::uint64_t absorbed = 0;
    std::uint64_t missed = 0;  // entered faster than the wire could take them, and nobody saw them
};

/// A switch in user space. A frame that enters meets, in this order: the absorber, where frames stop or may stop, which
/// takes out repeats; the rules, which count all others; if it is to stop (a rule, or hold_all), the user; otherwise
/// the effects of its link (see Link), and then the delay that a rule adds. Effects do not befall a frame that was
/// stopped: whoever stops it decides. With no rule, effect or hold nothing is allocated for a frame, and its octets are
/// copied twice: by libpcap out of the kernel's buffer, and into the receiving kernel. One thread: the caller polls
/// fds() and calls handle() when one is readable.
class Wire {
public:
    /// Needs: the process that made `network`. Throws: capture::CaptureError.
    Wire(const Network& network, const WireOptions& options, WireEvents events);
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    /// Descriptors that become readable when there is something to do: the ports, and a timer for frames under way.
    const std::vector<int>& fds() const { return fds_; }

    /// Takes frames that have entered, in the order of their times, and delivers what is due. Waits for no longer than
    /// the microseconds after which a frame is due; after a few hundred frames it returns, so that the caller's loop
    /// goes round under any load, and a descriptor stays readable. Returns how many frames entered or were delivered
    /// from a delay. Throws: capture::CaptureError.
    std::size_t handle();

    /// When the next frame that is under way is due.
    std::optional<base::Timestamp> next_due() const { return transit_.next(); }
    /// Nothing is under way and nothing is held.
    bool is_empty() const { return transit_.empty() && held_.empty(); }

    /// From now on frames stop, or no longer do. Those that are held stay so.
    void hold_all(bool hold) { options_.hold_all = hold; }
    void show_retries(bool show) { options_.show_retries = show; }

    /// Frames that are stopped, in the order in which they entered.
    const std::vector<Held>& held() const { return held_; }

    // What happens to one of them. They answer false if none has this id (any more).
    bool deliver(std::uint64_t id);
    /// If its sender has repeated it meanwhile, the latest repeat enters in its place, and is held.
    bool drop(std::uint64_t id);
    bool duplicate(std::uint64_t id);
    bool corrupt(std::uint64_t id);
    /// It arrives in so much time, and until then its repeats are absorbed.
    bool delay(std::uint64_t id, base::Duration time);
    /// Delivers all, in their order.
    void deliver_all();

    WireStatistics statistics() const;

private:
    /// A frame that has entered and about which nothing is decided.
    struct Entering {
        record::Frame frame;
        int from = -1;
        int to = -1;
    };

    std::size_t take_frames();
    capture::Port* oldest_port(int& from);
    void enter(int from, const capture::Waiting& waiting);
    void treat(const Entering& entering);
    bool may_hold() const { return options_.hold_all || rules_.may_hold() || !held_.empty(); }
    bool absorb(const Entering& entering, const decode::TcpSegment* segment);
    void hold(const Entering& entering, const decode::TcpSegment* segment, const Treatment& treatment);
    void apply_link(const Entering& entering, Treatment& treatment);
    void send(const Entering& entering, const Treatment& treatment);
    void send_later(const Entering& entering, const Treatment& treatment, bool duplicate);
    void await_due() const;
    std::size_t deliver_due();
    void deliver_now(const record::Passage& passage, base::Bytes octets);
    void announce(const record::Passage& passage);
    Link& link(int from, int to);
    Held* find(std::uint64_t id);
    bool release(std::uint64_t id, Treatment added);
    void forget(std::uint64_t id);
    void enter_repeat(Held&& dropped);
    void arm_timer();

    WireOptions options_;
    WireEvents events_;
    std::size_t hosts_;
    base::Duration awake_before_;                        // a frame is due
    std::vector<std::unique_ptr<capture::Port>> ports_;  // one a host
    std::vector<int> fds_;
    os::Fd timer_;
    std::optional<base::Timestamp> armed_;
    Rules rules_;
    std::map<std::pair<int, int>, Link> links_;
    Transit transit_;
    Absorber absorber_;
    std::vector<Held> held_;
    Chance damage_;
    std::vector<std::uint8_t> scratch_;
    base::Timestamp last_entered_{};
    std::uint64_t frames_ = 0;
    std::uint64_t delivered_ = 0;
    std::uint64_t absorbed_ = 0;
};

}  // namespace sockstep::labnet
