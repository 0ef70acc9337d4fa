// tracer/labnet/transit.hpp - frames that are under way, in the order of their arrival: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/timestamp.hpp"

namespace sockstep::labnet {

/// A copy of a frame, with where it goes.
struct Travelling {
    std::uint64_t frame = 0;  // its number
    int from = -1;
    int to = -1;
    bool duplicate = false;
    bool corrupted = false;
    std::vector<std::uint8_t> octets{};
};

/// Frames by the time at which they are due; of those due at the same time, first in, first out. Memory of frames that
/// have arrived is used again.
class Transit {
public:
    void add(base::Timestamp due, Travelling frame);
    bool empty() const { return heap_.empty(); }
    /// When the next one is due.
    std::optional<base::Timestamp> next() const;
    /// Takes out the next one. REQUIRES: not empty.
    Travelling take();

    /// A buffer with a copy of `octets`, made of memory given back before, if there is some.
    std::vector<std::uint8_t> copy_of(base::Bytes octets);
    void give_back(std::vector<std::uint8_t> buffer);

private:
    struct Entry {
        base::Timestamp due;
        std::uint64_t turn = 0;
        Travelling frame;
    };
    static bool later(const Entry& a, const Entry& b) { return a.due != b.due ? a.due > b.due : a.turn > b.turn; }

    std::vector<Entry> heap_;
    std::uint64_t turns_ = 0;
    std::vector<std::vector<std::uint8_t>> buffers_;
};

}  // namespace sockstep::labnet
