// tracer/labnet/wire.cpp - the switch: from ports to ports, at once or later.
#include "labnet/wire.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <thread>
#include <utility>

#include "labnet/damage.hpp"
#include "os/check.hpp"
#include "os/clock.hpp"

namespace sockstep::labnet {

namespace {

constexpr std::uint32_t ethernet_header = 14;
constexpr std::uint32_t vlan_tag = 4;
constexpr std::size_t all_buffers =
    std::size_t{64} * 1024 * 1024;  // octets, for frames that wait at all ports together ...
constexpr std::size_t largest_buffer = std::size_t{8} * 1024 * 1024;  // ... and at one: more than a TCP window takes
constexpr std::size_t most_at_once = 256;                             // frames
constexpr std::size_t mac_length = 6;
constexpr int every_host = -1;

/// Where there is one processor only, whoever waits awake keeps it from those who are waited for.
base::Duration time_awake() {
    constexpr std::chrono::microseconds enough{60};
    return std::thread::hardware_concurrency() > 1 ? enough : std::chrono::microseconds{0};
}

bool is_for_many(base::Bytes frame) {
    return !frame.empty() && (frame[0] & 1U) != 0;  // the group bit of the destination. Source: IEEE 802
}

}  // namespace

Wire::Wire(const Network& network, const WireOptions& options, WireEvents events)
    : options_{options},
      events_{std::move(events)},
      hosts_{network.hosts().size()},
      awake_before_{time_awake()},
      timer_{os::check(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd_create")},
      rules_{options.rules},
      damage_{options.link.seed} {
    const std::size_t buffer = std::min(largest_buffer, all_buffers / hosts_);
    for (const Host& host : network.hosts()) {
        ports_.push_back(std::make_unique<capture::Port>(
            Network::port_name(host), network.mtu() + ethernet_header + vlan_tag, static_cast<std::uint32_t>(buffer)));
        fds_.push_back(ports_.back()->fd());
    }
    fds_.push_back(timer_.value());
}

std::size_t Wire::handle() {
    await_due();
    const std::size_t due = deliver_due();
    const std::size_t taken = take_frames();
    arm_timer();
    return taken + due;
}

std::size_t Wire::take_frames() {
    std::size_t taken = 0;
    int from = -1;
    for (; taken < most_at_once; ++taken) {
        capture::Port* const port = oldest_port(from);
        if (port == nullptr) {
            break;
        }
        enter(from, *port->front());
        port->advance();
        deliver_due();  // between any two, so that none is late because many came
    }
    return taken;
}

/// The port whose frame came first; nothing if no frame waits.
capture::Port* Wire::oldest_port(int& from) {
    capture::Port* oldest = nullptr;
    for (std::size_t i = 0; i < ports_.size(); ++i) {
        const capture::Waiting* waiting = ports_[i]->front();
        if (waiting != nullptr && (oldest == nullptr || waiting->time < oldest->front()->time)) {
            oldest = ports_[i].get();
            from = static_cast<int>(i);
        }
    }
    return oldest;
}

/// A frame may have been stamped on another processor before one that was taken already, by less than it takes to hand
/// it over: then it is said to have entered with that.
void Wire::enter(int from, const capture::Waiting& waiting) {
    last_entered_ = std::max(last_entered_, waiting.time);
    Entering entering;
    entering.frame = {++frames_, last_entered_, base::LinkType::Ethernet, waiting.wire_length, waiting.bytes};
    entering.from = from;
    const bool many = is_for_many(waiting.bytes);
    entering.to =
        many ? every_host : host_number(waiting.bytes.first(std::min(waiting.bytes.size(), mac_length)), hosts_);
    // Without ARP a kernel gives what is for an unknown neighbour the address of its own interface.
    const bool nobody = !many && (entering.to == -1 || entering.to == from);
    if (nobody) {
        events_.frame(entering.frame);
        announce({.frame = frames_, .fate = record::Fate::Dropped, .why = record::DropReason::NoHost, .from = from});
        return;
    }
    treat(entering);
}

void Wire::treat(const Entering& entering) {
    Treatment treatment;
    if (!rules_.empty() || may_hold()) {
        const base::Bytes octets = entering.frame.bytes;
        const decode::Decoded decoded = decode::decode(entering.frame.link, octets, entering.frame.wire_length);
        const auto* segment = std::get_if<decode::TcpSegment>(&decoded);
        if (segment != nullptr && may_hold() && absorb(entering, segment)) {
            return;
        }
        if (segment != nullptr) {
            rules_.apply(entering.from, *segment, treatment);
        }
        if (!treatment.dropped() && (treatment.hold || options_.hold_all)) {
            hold(entering, segment, treatment);
            return;
        }
    }
    events_.frame(entering.frame);
    apply_link(entering, treatment);
    send(entering, treatment);
}

/// A rule's own delay comes after the link, so that later frames overtake the chosen one.
void Wire::apply_link(const Entering& entering, Treatment& treatment) {
    if (!options_.link.has_effects()) {
        return;
    }
    const base::Duration of_rule = std::exchange(treatment.delay, {});
    link(entering.from, entering.to).apply(entering.frame.time, entering.frame.wire_length, treatment);
    treatment.delay += of_rule;
}

void Wire::send(const Entering& entering, const Treatment& treatment) {
    if (treatment.dropped()) {
        announce({.frame = entering.frame.number,
                  .time = entering.frame.time,
                  .fate = record::Fate::Dropped,
                  .why = treatment.drop,
                  .from = entering.from,
                  .to = entering.to});
        return;
    }
    if (treatment.delay.count() > 0 || treatment.corrupt || treatment.duplicate) {
        send_later(entering, treatment, false);
        if (treatment.duplicate) {
            send_later(entering, treatment, true);
        }
        return;
    }
    deliver_now({.frame = entering.frame.number, .from = entering.from, .to = entering.to}, entering.frame.bytes);
}

/// Both copies of a corrupted frame are: the bit flips on the way to where it is copied.
void Wire::send_later(const Entering& entering, const Treatment& treatment, bool duplicate) {
    Travelling travelling{entering.frame.number, entering.from,
                          entering.to,           duplicate,
                          treatment.corrupt,     transit_.copy_of(entering.frame.bytes)};
    if (treatment.corrupt) {
        flip_a_bit(travelling.octets, damage_.number());
    }
    transit_.add(entering.frame.time + treatment.delay, std::move(travelling));
}

/// A process that sleeps wakes some tens of microseconds late, so the last of them are waited for awake.
void Wire::await_due() const {
    if (transit_.empty() || *transit_.next() - os::now() > awake_before_) {
        return;
    }
    while (os::now() < *transit_.next()) {
    }
}

std::size_t Wire::deliver_due() {
    std::size_t count = 0;
    for (; !transit_.empty() && *transit_.next() <= os::now(); ++count) {
        Travelling travelling = transit_.take();
        forget(travelling.frame);  // if it was held, until now
        deliver_now({.frame = travelling.frame,
                     .from = travelling.from,
                     .to = travelling.to,
                     .duplicate = travelling.duplicate,
                     .corrupted = travelling.corrupted},
                    travelling.octets);
        transit_.give_back(std::move(travelling.octets));
    }
    return count;
}

/// `passage` says which frame, from where, and where to.
void Wire::deliver_now(const record::Passage& passage, base::Bytes octets) {
    const bool to_all = passage.to == every_host;
    for (int to = to_all ? 0 : passage.to; to < (to_all ? static_cast<int>(hosts_) : passage.to + 1); ++to) {
        if (to == passage.from) {
            continue;
        }
        record::Passage delivery = passage;
        delivery.to = to;
        delivery.time = os::now();
        if (ports_[static_cast<std::size_t>(to)]->send(octets)) {
            ++delivered_;
        } else {
            delivery.fate = record::Fate::Dropped;
            delivery.why = record::DropReason::Kernel;
        }
        events_.passage(delivery);
    }
}

void Wire::announce(const record::Passage& passage) {
    record::Passage stamped = passage;
    stamped.time = os::now();
    events_.passage(stamped);
}

Link& Wire::link(int from, int to) {
    const auto direction = static_cast<std::uint64_t>(from) << 32U | static_cast<std::uint32_t>(to);
    return links_.try_emplace({from, to}, options_.link, direction).first->second;
}

WireStatistics Wire::statistics() const {
    WireStatistics statistics{frames_, delivered_, absorbed_, 0};
    for (const auto& port : ports_) {
        statistics.missed += port->missed();
    }
    return statistics;
}

/// It runs out a little before, for await_due(). Setting the timer also makes its descriptor unreadable again. Source:
/// timerfd_create(2)
void Wire::arm_timer() {
    if (transit_.next() == armed_) {
        return;
    }
    armed_ = transit_.next();
    itimerspec when{};
    if (armed_) {
        const base::Duration since_epoch = armed_->time_since_epoch() - awake_before_;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_epoch);
        when.it_value.tv_sec = static_cast<time_t>(seconds.count());
        when.it_value.tv_nsec = static_cast<decltype(when.it_value.tv_nsec)>((since_epoch - seconds).count());
    }
    os::check(::timerfd_settime(timer_.value(), TFD_TIMER_ABSTIME, &when, nullptr), "timerfd_settime");
}

}  // namespace sockstep::labnet
