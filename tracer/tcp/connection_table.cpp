// tracer/tcp/connection_table.cpp - probing, growing, and removing without tombstones.
#include "tcp/connection_table.hpp"

#include <cassert>
#include <utility>

namespace sockstep::tcp {

namespace {

constexpr std::size_t first_size = 1024;

/// Multiplies into 128 bits and folds them, so that every bit of the input moves every bit of the result.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t hash_of(const base::Endpoint& endpoint, std::uint64_t seed) {
    const auto [low, high] = endpoint.address.halves();
    return mix(low ^ seed, (high ^ (std::uint64_t{endpoint.port} << 32U)) + 0x9e3779b97f4a7c15U + (seed << 1U));
}

}  // namespace

ConnectionTable::ConnectionTable(std::uint64_t seed)
    : seed_{mix(seed ^ 0xe7037ed1a0b428dbU, 0x8ebc6af09c88c6e3U)}, slots_(first_size) {}

std::uint64_t ConnectionTable::hash(const base::Endpoint& one, const base::Endpoint& other) const {
    return mix(hash_of(one, seed_) + hash_of(other, seed_), 0x589965cc75374cc3U);
}

Follower& ConnectionTable::put(std::size_t place, std::uint64_t hash, std::unique_ptr<Follower> follower) {
    Follower& stays = *follower;  // where the table's slots go, it does not
    size_ += slots_[place].follower ? 0U : 1U;
    slots_[place] = {hash, std::move(follower)};
    if (size_ * 2 > slots_.size()) {
        grow();
    }
    return stays;
}

void ConnectionTable::grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (Slot& slot : old) {
        if (slot.follower) {
            std::size_t place = slot.hash & (slots_.size() - 1);
            while (slots_[place].follower) {
                place = next(place);
            }
            slots_[place] = std::move(slot);
        }
    }
}

/// Moves back whatever could not be reached over the hole, so that probing may still stop at an empty slot.
void ConnectionTable::erase(std::size_t place) {
    assert(slots_[place].follower);
    slots_[place].follower.reset();
    --size_;
    std::size_t hole = place;
    for (std::size_t later = next(hole); slots_[later].follower; later = next(later)) {
        const std::size_t home = slots_[later].hash & (slots_.size() - 1);
        const std::size_t from_home = (later - home) & (slots_.size() - 1);
        const std::size_t from_hole = (later - hole) & (slots_.size() - 1);
        if (from_home >= from_hole) {
            slots_[hole] = std::move(slots_[later]);
            hole = later;
        }
    }
}

void ConnectionTable::clear() {
    slots_ = std::vector<Slot>(first_size);
    size_ = 0;
}

}  // namespace sockstep::tcp
