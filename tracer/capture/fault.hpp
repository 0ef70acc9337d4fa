// tracer/capture/fault.hpp - what is wrong with a capture file, and where.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "capture/input.hpp"

namespace sockstep::capture {

/// `offset` counts octets from the start of the (unpacked) data; what begins there is named by `what`, one line.
struct Fault {
    std::uint64_t offset = 0;
    std::string what;

    friend bool operator==(const Fault&, const Fault&) = default;
};

/// Faults that leave the boundaries of records trustworthy: reading goes on, and each is told once.
enum class Lie : std::uint8_t { AboveSnapLength, AboveOriginalLength, TimeOutOfRange };

/// The faults of one file, in the order met.
class FaultList {
public:
    void add(std::uint64_t offset, std::string what);

    /// Adds the first fault of each kind of lie.
    void add_lie(Lie lie, std::uint64_t offset, std::string what);

    /// Adds why `input` ended at the start of a record: nothing, unless the gzip data is damaged.
    void add_end(const Input& input);

    /// Adds why `input` ended within the thing that began at `offset`: the gzip data is damaged, or else `what`. Adds
    /// nothing if the user interrupted.
    void add_cut(const Input& input, std::uint64_t offset, std::string what);

    const std::vector<Fault>& all() const { return faults_; }

private:
    std::vector<Fault> faults_;
    std::array<bool, 3> told_{};  // by Lie
};

}  // namespace sockstep::capture
