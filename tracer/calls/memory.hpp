// tracer/calls/memory.hpp - what a traced program has in its memory.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace sockstep::calls {

/// The address space of a stopped thread. What cannot be read is absent or short: a program may hand the kernel any
/// address. Source: process_vm_readv(2)
class Memory {
public:
    explicit Memory(pid_t tid) : tid_{tid} {}

    /// Copies octets from `address` on; returns how many could be read.
    std::size_t read(std::uint64_t address, void* into, std::size_t size) const;

    template <typename Value>
    requires std::is_trivially_copyable_v<Value> std::optional<Value> value(std::uint64_t address)
    const {
        Value value{};
        if (address == 0 || read(address, &value, sizeof value) != sizeof value) {
            return std::nullopt;
        }
        return value;
    }

    /// At most `most` elements; fewer where memory ends.
    template <typename Value>
    requires std::is_trivially_copyable_v<Value> std::vector<Value> values(std::uint64_t address, std::uint64_t count,
                                                                           std::size_t most)
    const {
        std::vector<Value> all(count < most ? static_cast<std::size_t>(count) : most);
        if (!all.empty()) {
            all.resize(read(address, all.data(), all.size() * sizeof(Value)) / sizeof(Value));
        }
        return all;
    }

    /// At most record::most_data octets of `size`.
    std::string data(std::uint64_t address, std::uint64_t size) const;

    /// The same of octets that lie in several pieces; `skip` are passed over first, and `size` is how many there are.
    std::string data(std::span<const iovec> pieces, std::uint64_t skip, std::uint64_t size) const;

private:
    pid_t tid_;
};

/// How many octets the pieces hold.
std::uint64_t total(std::span<const iovec> pieces);

}  // namespace sockstep::calls
