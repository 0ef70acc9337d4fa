// tracer/calls/memory.cpp - reads the memory of another process in one call.
#include "calls/memory.hpp"

#include <algorithm>
#include <bit>

#include "record/call.hpp"

namespace sockstep::calls {

std::size_t Memory::read(std::uint64_t address, void* into, std::size_t size) const {
    const iovec ours{into, size};
    const iovec theirs{std::bit_cast<void*>(address), size};
    const ssize_t count = ::process_vm_readv(tid_, &ours, 1, &theirs, 1, 0);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::string Memory::data(std::uint64_t address, std::uint64_t size) const {
    std::string octets(static_cast<std::size_t>(std::min<std::uint64_t>(size, record::most_data)), '\0');
    if (!octets.empty()) {
        octets.resize(read(address, octets.data(), octets.size()));
    }
    return octets;
}

std::string Memory::data(std::span<const iovec> pieces, std::uint64_t skip, std::uint64_t size) const {
    std::string octets;
    for (const iovec& piece : pieces) {
        if (skip >= piece.iov_len) {
            skip -= piece.iov_len;
            continue;
        }
        const std::uint64_t wanted = std::min<std::uint64_t>(size, record::most_data) - octets.size();
        const std::uint64_t here = std::min<std::uint64_t>(piece.iov_len - skip, wanted);
        const auto base = std::bit_cast<std::uint64_t>(piece.iov_base);
        const std::string part = data(base + skip, here);
        octets += part;
        skip = 0;
        if (part.size() < here || here == wanted) {
            break;
        }
    }
    return octets;
}

std::uint64_t total(std::span<const iovec> pieces) {
    std::uint64_t octets = 0;
    for (const iovec& piece : pieces) {
        octets += piece.iov_len;
    }
    return octets;
}

}  // namespace sockstep::calls
