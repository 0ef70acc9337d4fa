// tests/app/sequencer_test.cpp - late frames and early records come out in the order of their times.
#include "app/sequencer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sockstep::app {
namespace {

base::Timestamp at(int milliseconds) {
    return base::Timestamp{std::chrono::seconds{1'700'000'000} + std::chrono::milliseconds{milliseconds}};
}

/// A sequencer, and what it hands on, as words.
class SequencerOrder : public ::testing::Test {
protected:
    void frame(int time, std::uint8_t octet = 0) {
        const std::vector<std::uint8_t> octets{octet};
        sequencer_.add(kept({.number = 1, .time = at(time), .wire_length = 1, .bytes = octets}));
    }
    void begin(int time, std::uint64_t id) { sequencer_.add(record::CallBegin{.id = id, .time = at(time)}); }
    void end(int time, std::uint64_t id) { sequencer_.add(record::CallEnd{.id = id, .time = at(time)}); }
    void print(int time, const std::string& text) { sequencer_.add(record::Output{.time = at(time), .text = text}); }
    void process(int time, record::ProcessChange change) {
        sequencer_.add(record::Process{.change = change, .time = at(time)});
    }

    std::string handed_on_;
    Sequencer sequencer_{{
        .frame = [this](const record::Frame& frame) { word("frame" + std::to_string(frame.bytes[0])); },
        .event = [this](const record::Event& event) { std::visit([this](const auto& each) { note(each); }, event); },
    }};

private:
    void word(const std::string& text) { handed_on_ += (handed_on_.empty() ? "" : " ") + text; }
    void note(const record::CallBegin& call) { word("begin" + std::to_string(call.id)); }
    void note(const record::CallEnd& call) { word("end" + std::to_string(call.id)); }
    void note(const record::Output& output) { word(output.text); }
    void note(const record::Process& process) {
        word(process.change == record::ProcessChange::Exit ? "exit" : "process");
    }
};

TEST_F(SequencerOrder, HandsOnByTime) {
    begin(1, 1);
    end(5, 1);
    frame(3, 7);
    frame(2, 6);
    sequencer_.finish();
    EXPECT_EQ(handed_on_, "begin1 frame6 frame7 end1");
}

TEST_F(SequencerOrder, KeepsWhatMayBeOvertaken) {
    begin(1, 1);
    end(5, 1);
    sequencer_.hand_on_until(at(4));
    EXPECT_EQ(handed_on_, "begin1");
    frame(5, 1);
    sequencer_.hand_on_until(at(5));
    EXPECT_EQ(handed_on_, "begin1 frame1 end1");
    EXPECT_EQ(sequencer_.late(), 0U);
}

TEST_F(SequencerOrder, PutsBeginningsBeforeFramesOfTheSameTimeAndEndsAfterThem) {
    end(1, 1);
    process(1, record::ProcessChange::Exit);
    frame(1, 1);
    begin(1, 2);
    process(1, record::ProcessChange::Exiting);
    sequencer_.finish();
    EXPECT_EQ(handed_on_, "begin2 process frame1 end1 exit");
}

TEST_F(SequencerOrder, KeepsTheOrderOfArrivalOfWhatIsOtherwiseEqual) {
    print(1, "hello");
    begin(1, 1);
    print(1, "world");
    frame(1, 1);
    frame(1, 2);
    sequencer_.finish();
    EXPECT_EQ(handed_on_, "hello begin1 world frame1 frame2");
}

TEST_F(SequencerOrder, NeverGoesBackAndCountsWhatIsLate) {
    std::vector<base::Timestamp> times;
    Sequencer sequencer{{.frame = [&](const record::Frame& frame) { times.push_back(frame.time); }, .event = {}}};
    sequencer.add(kept({.time = at(10), .bytes = {}}));
    sequencer.hand_on_until(at(20));
    sequencer.add(kept({.time = at(5), .bytes = {}}));
    sequencer.finish();
    EXPECT_EQ(times, (std::vector{at(10), at(10)}));
    EXPECT_EQ(sequencer.late(), 1U);
}

TEST_F(SequencerOrder, JoinsThePiecesOfALine) {
    print(1, "one ");
    print(2, "two\n");
    print(3, "three ");
    begin(4, 1);
    print(5, "four");
    sequencer_.finish();
    EXPECT_EQ(handed_on_, "one two\n three  begin1 four");
}

}  // namespace
}  // namespace sockstep::app
