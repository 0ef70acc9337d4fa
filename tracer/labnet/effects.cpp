// tracer/labnet/effects.cpp - the effects of a link, one after the other.
#include "labnet/effects.hpp"

#include <algorithm>

namespace sockstep::labnet {

namespace {

/// Generators of one run that have nothing to do with each other.
std::uint64_t seed_for(std::uint64_t seed, std::uint64_t direction, std::uint64_t effect) {
    constexpr std::uint64_t effects = 16;
    Chance chance{seed};
    return Chance{chance.number() ^ (direction * effects + effect)}.number();
}

/// How long `octets` take; the longest, at one bit a second, is some days.
base::Duration time_of(std::size_t octets, std::uint64_t bits_per_second) {
    constexpr double nanoseconds_per_second = 1e9;
    const double bits = static_cast<double>(octets) * 8;
    return base::Duration{
        static_cast<std::int64_t>(bits / static_cast<double>(bits_per_second) * nanoseconds_per_second)};
}

}  // namespace

std::uint64_t Chance::number() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
}

double Chance::fraction() {
    constexpr double two_to_the_53 = 9007199254740992.0;  // as many values as a double can tell apart in [0, 1)
    return static_cast<double>(number() >> 11U) / two_to_the_53;
}

void Loss::apply(Treatment& treatment) {
    if (chance_.happens(probability_) && !treatment.dropped()) {
        treatment.drop = record::DropReason::Loss;
    }
}

void Corruption::apply(Treatment& treatment) {
    treatment.corrupt |= chance_.happens(probability_);
}

void Duplication::apply(Treatment& treatment) {
    treatment.duplicate |= chance_.happens(probability_);
}

void Rate::apply(base::Timestamp entered, std::size_t octets, Treatment& treatment) {
    if (bits_per_second_ == 0 || treatment.dropped()) {
        return;
    }
    while (!begins_.empty() && begins_.front() <= entered) {
        begins_.pop_front();
    }
    if (begins_.size() >= queue_ && free_at_ > entered) {
        treatment.drop = record::DropReason::FullQueue;
        return;
    }
    const base::Timestamp begins = std::max(entered, free_at_);
    if (begins > entered) {
        begins_.push_back(begins);
    }
    free_at_ = begins + time_of(octets, bits_per_second_);
    treatment.delay += free_at_ - entered;
}

Delay::Delay(const LinkOptions& options, std::uint64_t jitter_seed, std::uint64_t reorder_seed)
    : delay_{options.delay},
      jitter_{options.jitter},
      reorder_{options.reorder},
      reorder_by_{options.reorder_by},
      jitter_chance_{jitter_seed},
      reorder_chance_{reorder_seed} {}

void Delay::apply(base::Timestamp entered, Treatment& treatment) {
    const double deviation = (2 * jitter_chance_.fraction() - 1) * static_cast<double>(jitter_.count());
    const bool reordered = reorder_chance_.happens(reorder_);
    if (treatment.dropped()) {
        return;
    }
    const base::Duration varied = delay_ + base::Duration{static_cast<std::int64_t>(deviation)};
    treatment.delay += std::max(varied, base::Duration{});
    if (reordered) {
        treatment.delay += reorder_by_;
        return;
    }
    last_arrival_ = std::max(last_arrival_, entered + treatment.delay);
    treatment.delay = last_arrival_ - entered;
}

Link::Link(const LinkOptions& options, std::uint64_t direction)
    : loss_{options.loss, seed_for(options.seed, direction, 0)},
      corruption_{options.corrupt, seed_for(options.seed, direction, 1)},
      duplication_{options.duplicate, seed_for(options.seed, direction, 2)},
      rate_{options.rate, options.queue},
      delay_{options, seed_for(options.seed, direction, 3), seed_for(options.seed, direction, 4)} {}

/// Chance is asked in any case, so that what befalls one frame does not shift that of those after it.
void Link::apply(base::Timestamp entered, std::size_t octets, Treatment& treatment) {
    loss_.apply(treatment);
    corruption_.apply(treatment);
    duplication_.apply(treatment);
    rate_.apply(entered, octets, treatment);
    delay_.apply(entered, treatment);
}

}  // namespace sockstep::labnet
