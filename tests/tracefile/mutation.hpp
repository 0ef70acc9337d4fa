// tests/tracefile/mutation.hpp - trace files changed at random, in their octets and in their records.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "capture/mutate.hpp"
#include "tracefile/samples.hpp"

namespace sockstep::tracefile::test {

class Mutator {
public:
    explicit Mutator(std::uint32_t seed) : random_{seed} {}

    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_()) % limit; }

    /// Lengths of blocks are mostly wrong then.
    Octets octets(Octets file) { return capture::test::mutate(std::move(file), random_); }

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
