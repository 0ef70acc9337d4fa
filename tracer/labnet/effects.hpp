// tracer/labnet/effects.hpp - what a link does by itself: loss, corruption, duplicates, a rate, delay, reordering:
// pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/timestamp.hpp"
#include "labnet/treatment.hpp"

namespace sockstep::labnet {

/// A generator of chance that gives the same for the same seed everywhere. Source: Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators" (SplitMix64)
class Chance {
public:
    explicit Chance(std::uint64_t seed) : state_{seed} {}

    std::uint64_t number();
    /// From 0, below 1.
    double fraction();
    /// True with this probability.
    bool happens(double probability) { return fraction() < probability; }

private:
    std::uint64_t state_;
};

/// Every pair of hosts has a link of its own, with these properties in either direction. Nothing asked for: a frame is
/// delivered at once.
struct LinkOptions {
    base::Duration delay{};
    base::Duration jitter{};  // delay varies evenly by up to so much, either way, without reordering
    double loss = 0;          // probabilities, 0 to 1
    double corrupt = 0;       // one bit is flipped
    double duplicate = 0;     // a second copy follows at once
    double reorder = 0;       // is kept `reorder_by` longer than the others, so that those after it overtake it
    base::Duration reorder_by = std::chrono::milliseconds{5};
    std::uint64_t rate = 0;   // bits a second, counted over whole Ethernet frames; 0: no limit
    std::size_t queue = 100;  // frames that may wait where there is a rate; what comes on top is dropped
    std::uint64_t seed = 1;

    bool has_effects() const {
        return delay.count() != 0 || jitter.count() != 0 || loss > 0 || corrupt > 0 || duplicate > 0 || reorder > 0 ||
               rate != 0;
    }
};

/// Frames lost by chance.
class Loss {
public:
    Loss(double probability, std::uint64_t seed) : probability_{probability}, chance_{seed} {}
    void apply(Treatment& treatment);

private:
    double probability_;
    Chance chance_;
};

/// Frames in which a bit is flipped.
class Corruption {
public:
    Corruption(double probability, std::uint64_t seed) : probability_{probability}, chance_{seed} {}
    void apply(Treatment& treatment);

private:
    double probability_;
    Chance chance_;
};

/// Frames of which a second copy follows.
class Duplication {
public:
    Duplication(double probability, std::uint64_t seed) : probability_{probability}, chance_{seed} {}
    void apply(Treatment& treatment);

private:
    double probability_;
    Chance chance_;
};

/// A link that sends one frame after the other, each for as long as its octets take; frames wait in a queue that drops
/// what finds no room ("drop tail"). The frame that is being sent is no longer in the queue.
class Rate {
public:
    Rate(std::uint64_t bits_per_second, std::size_t queue) : bits_per_second_{bits_per_second}, queue_{queue} {}
    void apply(base::Timestamp entered, std::size_t octets, Treatment& treatment);

private:
    std::uint64_t bits_per_second_;
    std::size_t queue_;
    base::Timestamp free_at_{};           // the link has sent all that it took
    std::deque<base::Timestamp> begins_;  // when those that wait, or waited, begin to be sent
};

/// The time a frame is under way, which varies by the jitter. What was sent first arrives first, except that what is
/// reordered is overtaken.
class Delay {
public:
    Delay(const LinkOptions& options, std::uint64_t jitter_seed, std::uint64_t reorder_seed);
    void apply(base::Timestamp entered, Treatment& treatment);

private:
    base::Duration delay_;
    base::Duration jitter_;
    double reorder_;
    base::Duration reorder_by_;
    Chance jitter_chance_;
    Chance reorder_chance_;
    base::Timestamp last_arrival_{};
};

/// One direction of one link. In this order: loss, corruption, duplication, rate and queue, delay with jitter and
/// reordering. A lost frame takes no room in the queue. Each effect has a generator of its own, so that the nth frame
/// of a direction meets the same chance in every run with the same seed, whatever else is switched on or happens
/// elsewhere.
class Link {
public:
    /// `direction`: a number of its own for each direction of each link.
    Link(const LinkOptions& options, std::uint64_t direction);

    /// REQUIRES: not earlier than the frame before.
    void apply(base::Timestamp entered, std::size_t octets, Treatment& treatment);

private:
    Loss loss_;
    Corruption corruption_;
    Duplication duplication_;
    Rate rate_;
    Delay delay_;
};

}  // namespace sockstep::labnet
