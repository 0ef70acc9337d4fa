// tests/tracefile/mutation_test.cpp - ten thousand changed files: never a crash, never more than a few faults.
#include "tracefile/mutation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tracefile/record_text.hpp"

namespace sockstep::tracefile {
namespace {

constexpr int mutations_of_each = 10'000;

void expect_told(const Reader::Runs& all) {
    ASSERT_LE(all.faults.size(), 6U);  // one of reading, one of the run, at most four of the file
    for (const capture::Fault& fault : all.faults) {
        ASSERT_FALSE(fault.what.empty());
        ASSERT_EQ(fault.what.find('\n'), std::string::npos) << fault.what;
    }
}

TEST(TraceFile, SurvivesMutationsOfItsOctets) {
    test::Mutator mutate{1};
    const test::Octets file = test::trace(test::write_all_kinds);
    for (int i = 0; i < mutations_of_each; ++i) {
        expect_told(test::read(mutate.octets(file)));
    }
}

TEST(TraceFile, SurvivesMutationsOfItsValues) {
    test::Mutator mutate{2};
    const std::string text = text_of_part("a") + text_of(test::full_about()) + text_of(1, test::full_begin()) +
                             text_of(2, test::full_end()) + text_of(3, test::full_process()) +
                             text_of(4, test::full_output()) + text_of(5, test::full_passage()) + text_of_end(5);
    std::size_t sound = 0;
    for (int i = 0; i < mutations_of_each; ++i) {
        Gatherer gatherer;
        gatherer.take(0, mutate.values(text));
        Reader::Runs all;
        all.runs = gatherer.finish();
        all.faults = gatherer.faults();
        sound += all.faults.empty() ? 1U : 0U;
        expect_told(all);
    }
    EXPECT_GT(sound, 100U);  // not everything is stopped at the door
}

}  // namespace
}  // namespace sockstep::tracefile
