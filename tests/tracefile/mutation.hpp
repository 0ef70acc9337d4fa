// tests/tracefile/mutation.hpp - trace files changed at random, in their octets and in their records.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "tracefile/samples.hpp"

namespace sockstep::tracefile::test {

class Mutator {
public:
    explicit Mutator(std::uint32_t seed) : random_{seed} {}

    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_()) % limit; }

    /// Overwrites, flips, inserts and removes a few octets. Lengths of blocks are mostly wrong then.
    Octets octets(Octets file) {
        static constexpr std::array<std::uint8_t, 8> nasty{0x00, 0x01, 0x04, 0x0a, 0x7f, 0x80, 0xfe, 0xff};
        for (std::size_t count = 1 + below(4); count > 0 && !file.empty(); --count) {
            const auto at = file.begin() + static_cast<std::ptrdiff_t>(below(file.size()));
            switch (below(5)) {
                case 0:
                    *at = static_cast<std::uint8_t>(random_());
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
                default:
                    *at = nasty.at(below(nasty.size()));
            }
        }
        return file;
    }

    /// Puts other values in the places of a few numbers and words: what it makes is JSON mostly, and often a record.
    std::string values(std::string text) {
        static constexpr std::array<std::string_view, 14> others{"0",
                                                                 "1",
                                                                 "-1",
                                                                 "2",
                                                                 "2147483647",
                                                                 "4294967295",
                                                                 "9223372036854775807",
                                                                 "-9223372036854775808",
                                                                 "true",
                                                                 "\"\"",
                                                                 "null",
                                                                 "[]",
                                                                 "{}",
                                                                 "18446744073709551615"};
        for (std::size_t count = 1 + below(3); count > 0; --count) {
            const std::size_t colon = text.find(':', below(text.size()));
            const std::size_t end = colon == std::string::npos ? colon : text.find_first_of(",}]\n", colon);
            if (end != std::string::npos) {
                text.replace(colon + 1, end - colon - 1, others.at(below(others.size())));
            }
        }
        return text;
    }

private:
    std::mt19937 random_;
};

}  // namespace sockstep::tracefile::test
