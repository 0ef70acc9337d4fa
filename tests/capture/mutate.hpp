// tests/capture/mutate.hpp - a file that somebody has damaged.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

namespace sockstep::capture::test {

/// Overwrites, inserts, removes and cuts a few octets of `file`, those that are likely to hurt more often than others.
template <typename Octets>
Octets mutate(Octets file, std::mt19937& random) {
    static constexpr std::array<std::uint8_t, 8> nasty{0x00, 0x01, 0x04, 0x0a, 0x7f, 0x80, 0xfe, 0xff};
    const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
    for (std::size_t count = 1 + below(4); count > 0 && !file.empty(); --count) {
        const auto at = file.begin() + static_cast<std::ptrdiff_t>(below(file.size()));
        switch (below(6)) {
            case 0:
                *at = static_cast<std::uint8_t>(random());
                break;
            case 1:
                *at ^= static_cast<std::uint8_t>(1U << below(8));
                break;
            case 2:
                file.insert(at, nasty.at(below(nasty.size())));
                break;
            case 3:
                file.erase(at);
                break;
            case 4:
                file.resize(below(4) == 0 ? below(file.size()) : file.size());
                break;
            default:
                *at = nasty.at(below(nasty.size()));
        }
    }
    return file;
}

}  // namespace sockstep::capture::test
