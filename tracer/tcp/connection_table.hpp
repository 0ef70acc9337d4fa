// tracer/tcp/connection_table.hpp - finds the connection of two endpoints, whichever of them sent the segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ip_address.hpp"
#include "tcp/follower.hpp"

namespace sockstep::tcp {

/// A hash table with open addressing and linear probing. It is our own because the lookup is the dearest step of
/// reading a large capture: std::unordered_map costs as much as everything else that is done for a segment, by one
/// pointer chase more, and by needing the endpoints in order to find both directions.
class ConnectionTable {
public:
    /// `seed` keeps whoever made a capture from choosing endpoints that collide.
    explicit ConnectionTable(std::uint64_t seed);

    /// The same for both directions of a connection.
    std::uint64_t hash(const base::Endpoint& one, const base::Endpoint& other) const;

    /// Brings into the cache what find() will look at first, and after that what it will find.
    void prefetch_slot(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
    void prefetch_connection(std::uint64_t hash) const {
        const Slot& slot = slots_[hash & (slots_.size() - 1)];
        if (slot.hash != hash || !slot.follower) {
            return;
        }
        slot.follower->prefetch();
    }

    /// The place of the connection between the two endpoints, or the empty one where it belongs. Places are good until
    /// the next put() or erase().
    template <typename IsIt>
    std::size_t find(std::uint64_t hash, IsIt is_it) const {
        std::size_t place = hash & (slots_.size() - 1);
        while (slots_[place].follower && (slots_[place].hash != hash || !is_it(*slots_[place].follower))) {
            place = next(place);
        }
        return place;
    }
    /// Null at an empty place.
    Follower* at(std::size_t place) const { return slots_[place].follower.get(); }

    /// Puts `follower` at `place`, which find() gave for `hash`, instead of what is there.
    Follower& put(std::size_t place, std::uint64_t hash, std::unique_ptr<Follower> follower);

    /// REQUIRES: `place` is not empty.
    void erase(std::size_t place);

    /// Calls `visit` with every connection, in no order.
    template <typename Visit>
    void for_each(Visit visit) const {
        for (const Slot& slot : slots_) {
            if (slot.follower) {
                visit(*slot.follower);
            }
        }
    }
    std::size_t size() const { return size_; }
    void clear();

private:
    struct Slot {
        std::uint64_t hash = 0;
        std::unique_ptr<Follower> follower;
    };

    std::size_t next(std::size_t place) const { return (place + 1) & (slots_.size() - 1); }
    void grow();

    std::uint64_t seed_;
    std::vector<Slot> slots_;  // a power of two of them, at most half in use
    std::size_t size_ = 0;
};

}  // namespace sockstep::tcp
