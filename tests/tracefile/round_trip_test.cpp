// tests/tracefile/round_trip_test.cpp - what is written is read again, to the last octet and nanosecond.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tracefile/samples.hpp"

namespace sockstep::tracefile {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(TraceFile, KeepsEveryFieldOfEveryRecord) {
    const Reader::Runs all = test::read(test::trace(test::write_all_kinds));
    ASSERT_THAT(all.faults, IsEmpty());
    ASSERT_THAT(all.runs, SizeIs(1));
    const tracefile::Run& run = all.runs[0];
    EXPECT_EQ(run.id, "00112233aabbccdd");
    EXPECT_EQ(run.about, test::full_about());
    EXPECT_TRUE(run.ended);
    EXPECT_EQ(run.missing, 0U);
    ASSERT_THAT(run.records, SizeIs(7));
    EXPECT_EQ(std::get<record::CallBegin>(run.records[0]), test::full_begin());
    EXPECT_EQ(std::get<record::CallEnd>(run.records[1]), test::full_end());
    EXPECT_EQ(std::get<record::Process>(run.records[2]), test::full_process());
    EXPECT_EQ(std::get<record::Output>(run.records[3]), test::full_output());
    EXPECT_EQ(std::get<record::Passage>(run.records[5]), test::full_passage());
    EXPECT_EQ(std::get<Shown>(run.records[6]), Shown{test::at(7)});
    const auto& kept = std::get<KeptFrame>(run.records[4]);
    EXPECT_EQ(kept.octets, (test::Octets{1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(kept.frame.number, 1U);
    EXPECT_EQ(kept.frame.time, test::at(5));
    EXPECT_EQ(kept.frame.wire_length, 12U);
}

TEST(TraceFile, KeepsRecordsThatHaveOnlyUsualValues) {
    const record::CallBegin begin{.id = 1, .time = test::at(0)};
    const record::CallEnd end{.id = 1, .time = test::at(0)};
    const Reader::Runs all = test::read(test::trace([&](Writer& writer) {
        writer.add(begin);
        writer.add(end);
    }));
    ASSERT_THAT(all.faults, IsEmpty());
    EXPECT_EQ(std::get<record::CallBegin>(all.runs.at(0).records.at(0)), begin);
    EXPECT_EQ(std::get<record::CallEnd>(all.runs.at(0).records.at(1)), end);
}

TEST(TraceFile, KeepsTextThatIsLongerThanAnOption) {
    std::string text;
    while (text.size() < 300'000) {
        text +=
            "gr\xc3\xbc\xc3\x9f"
            "e \xf0\x9f\x98\x80 ";
    }
    const Reader::Runs all = test::read(test::trace(
        [&](Writer& writer) { writer.add(record::Output{.time = test::at(0), .program = "p", .text = text}); }));
    ASSERT_THAT(all.faults, IsEmpty());
    EXPECT_EQ(std::get<record::Output>(all.runs.at(0).records.at(0)).text, text);
}

TEST(TraceFile, EndsWithItsLastFrame) {
    const test::Octets file = test::trace(test::write_all_kinds);
    capture::FileReader reader{capture::test::memory(file, 65'536)};
    std::vector<std::string> met;
    reader.look_for({custom_option, enterprise},
                    [&](std::uint64_t, const std::string&) { met.emplace_back("records"); });
    record::Frame frame;
    while (reader.next(frame)) {
        met.emplace_back("frame");
    }
    EXPECT_EQ(met.back(), "frame");
    EXPECT_EQ(frame.number, 1U);
    EXPECT_THAT(reader.faults(), IsEmpty());
}

TEST(TraceFile, IsReadInWhateverOrderItsBlocksAre) {
    const test::Octets file = test::trace(test::write_all_kinds);
    const test::Octets twice = file + file;  // two sections, with the same run in both
    const Reader::Runs all = test::read(twice);
    ASSERT_THAT(all.faults, IsEmpty());
    ASSERT_THAT(all.runs, SizeIs(1));
    EXPECT_THAT(all.runs[0].records, SizeIs(7));
}

TEST(TraceFile, TellsRunsApart) {
    const auto write = [](const char* text) {
        return
            [text](Writer& writer) { writer.add(record::Output{.time = test::at(0), .program = "p", .text = text}); };
    };
    const Reader::Runs all = test::read(test::trace(write("one"), {.made_by = "a"}, "1111111111111111") +
                                        test::trace(write("two"), {.made_by = "b"}, "0000000000000000"));
    ASSERT_THAT(all.runs, SizeIs(2));
    EXPECT_EQ(all.runs[0].about.made_by, "a");
    EXPECT_EQ(std::get<record::Output>(all.runs[1].records.at(0)).text, "two");
}

TEST(TraceFile, IsReadUpToWhereItWasCut) {
    const test::Octets file = test::trace([](Writer& writer) {
        writer.add(test::full_begin());
        writer.flush();
        writer.add(test::full_end());
        writer.flush();
    });
    std::size_t most = 0;
    for (std::size_t size = 0; size < file.size(); ++size) {
        const Reader::Runs all = test::read({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
        const std::size_t records = all.runs.empty() ? 0 : all.runs[0].records.size();
        EXPECT_GE(records, most) << size;
        EXPECT_TRUE(all.runs.empty() || !all.runs[0].ended) << size;
        most = std::max(most, records);
    }
    EXPECT_EQ(most, 2U);
}

TEST(TraceFile, CountsWhatIsMissing) {
    test::Octets file = test::trace(test::write_all_kinds);
    // the last block, a frame: its length stands in its last four octets
    const std::size_t length = base::Bytes{file}.last(4)[0] + 256U * base::Bytes{file}.last(4)[1];
    file.resize(file.size() - length);
    const Reader::Runs all = test::read(file);
    EXPECT_THAT(all.faults, IsEmpty());
    EXPECT_EQ(all.runs.at(0).missing, 1U);
    EXPECT_TRUE(all.runs.at(0).ended);
}

TEST(TraceFile, IsNoTraceIfNothingOfItIsOurs) {
    Reader reader{capture::FileReader{
        capture::test::memory(capture::test::section_header() + capture::test::interface_description(1) +
                                  capture::test::enhanced_packet(capture::test::payload(40)),
                              100)}};
    record::Frame frame;
    EXPECT_EQ(reader.next({&frame, 1}), 1U);
    EXPECT_FALSE(reader.is_trace());
}

}  // namespace
}  // namespace sockstep::tracefile
