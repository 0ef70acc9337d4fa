// tests/labnet/wire_test.cpp - what the wire does to segments, and what both kernels make of it.
#include "labnet/wire.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include "labnet/lab.hpp"

namespace sockstep::labnet::test {
namespace {

using testing::Ge, testing::SizeIs;

/// A client that sends `text`, which the server must have received in full and in order, and ends.
void send_over(Lab& lab, const std::string& text) {
    const Signal listens;
    Program server = lab.run("server", [&] {
        const int listener = listen_on("10.0.0.1", server_port);
        listens.give();
        return receive_all(accept_from(listener)) == text ? 0 : 1;
    });
    Program client = lab.run("client", [&] {
        listens.wait();
        const int connection = connect_to("10.0.0.1", server_port);
        send_all(connection, text);
        ::shutdown(connection, SHUT_WR);
        receive_all(connection);
        return 0;
    });
    EXPECT_EQ(lab.end_of(server), 0);
    EXPECT_EQ(lab.end_of(client), 0);
    lab.until([&] { return lab.wire.next_due() == std::nullopt; });
}

/// The place of the frame's delivery among all passages.
std::size_t place_of_delivery(const Lab& lab, std::uint64_t frame) {
    for (std::size_t i = 0; i < lab.passages.size(); ++i) {
        if (lab.passages[i].frame == frame && lab.passages[i].fate == record::Fate::Delivered) {
            return i;
        }
    }
    ADD_FAILURE() << "frame " << frame << " was not delivered";
    return 0;
}

TEST(Wire, DropsTheFirstSynAloneAndTheKernelSendsAnother) {
    in_lab(with_rule(Action::Drop, "client SYN 1"), [](Lab& lab) {
        send_over(lab, "hello");
        const auto syns = lab.all("client SYN");
        ASSERT_THAT(syns, SizeIs(2));
        EXPECT_EQ(syns[0].seq, syns[1].seq);
        EXPECT_EQ(lab.passages_of(syns[0].number).at(0).why, record::DropReason::Rule);
        EXPECT_EQ(lab.passages_of(syns[1].number).at(0).fate, record::Fate::Delivered);
        expect_every_frame_has_an_end(lab);
    });
}

TEST(Wire, DropsTheSynAckAndTheKernelSendsAnother) {
    in_lab(with_rule(Action::Drop, "server SYN-ACK 1"), [](Lab& lab) {
        send_over(lab, "hello");
        EXPECT_THAT(lab.all("server SYN-ACK"), SizeIs(Ge(2U)));
    });
}

TEST(Wire, DropsDataAndTheKernelSendsItAgain) {
    in_lab(with_rule(Action::Drop, "client data 1"), [](Lab& lab) {
        send_over(lab, "hello");
        const auto data = lab.all("client data");
        ASSERT_THAT(data, SizeIs(Ge(1U)));
        EXPECT_EQ(lab.passages_of(data[0].number).at(0).fate, record::Fate::Dropped);
        std::size_t same = 0;
        for (const Entered& frame : lab.frames) {
            same += frame.who == "client" && frame.seq == data[0].seq && frame.length == 5 ? 1U : 0U;
        }
        EXPECT_GE(same, 2U);
    });
}

TEST(Wire, CorruptsDataAndTheReceiversKernelDiscardsIt) {
    in_lab(with_rule(Action::Corrupt, "client data 1"), [](Lab& lab) {
        send_over(lab, "hello");
        const auto data = lab.all("client data");
        ASSERT_THAT(data, SizeIs(Ge(1U)));
        EXPECT_TRUE(data[0].checksum_is_right) << "what entered is shown as it entered";
        EXPECT_TRUE(lab.passages_of(data[0].number).at(0).corrupted);
        std::size_t same = 0;
        for (const Entered& frame : lab.frames) {
            same += frame.who == "client" && frame.seq == data[0].seq && frame.length == 5 ? 1U : 0U;
        }
        EXPECT_GE(same, 2U) << "it was not sent again, so the damaged copy was taken";
    });
}

TEST(Wire, CorruptsASynWithoutPayloadToo) {
    in_lab(with_rule(Action::Corrupt, "client SYN 1"), [](Lab& lab) {
        send_over(lab, "hello");
        EXPECT_EQ(lab.count("client SYN"), 2U);
        EXPECT_EQ(lab.count("server SYN-ACK"), 1U);
    });
}

TEST(Wire, DuplicatesASegment) {
    in_lab(with_rule(Action::Duplicate, "client data 1"), [](Lab& lab) {
        send_over(lab, "hello");
        const auto passages = lab.passages_of(lab.all("client data").at(0).number);
        ASSERT_THAT(passages, SizeIs(2));
        EXPECT_FALSE(passages[0].duplicate);
        EXPECT_TRUE(passages[1].duplicate);
    });
}

TEST(Wire, DelaysOneSegmentSoThatLaterOnesOvertakeIt) {
    in_lab(with_rule(Action::Delay, "client data 1 150ms"), [](Lab& lab) {
        send_over(lab, std::string(7000, 'x'));
        const auto data = lab.all("client data");
        ASSERT_THAT(data, SizeIs(Ge(2U)));
        EXPECT_GT(place_of_delivery(lab, data[0].number), place_of_delivery(lab, data[1].number));
        EXPECT_GE(lab.passages_of(data[0].number).at(0).time - data[0].time, std::chrono::milliseconds{150});
    });
}

TEST(Wire, DelaysEverySegmentByWhatWasAskedFor) {
    LabOptions options;
    options.link.delay = std::chrono::milliseconds{20};
    in_lab(options, [](Lab& lab) {
        send_over(lab, "hello");
        for (const Entered& frame : lab.frames) {
            EXPECT_GE(lab.passages_of(frame.number).at(0).time - frame.time, std::chrono::milliseconds{20});
        }
        const auto syn_ack = lab.all("server SYN-ACK").at(0);
        EXPECT_GE(syn_ack.time, lab.passages_of(1).at(0).time) << "answered before it was delivered";
        expect_every_frame_has_an_end(lab);
    });
}

TEST(Wire, KeepsTheOrderUnderJitter) {
    LabOptions options;
    options.link.delay = std::chrono::milliseconds{5};
    options.link.jitter = std::chrono::milliseconds{5};
    in_lab(options, [](Lab& lab) {
        send_over(lab, std::string(100'000, 'x'));
        std::uint64_t last = 0;
        for (const record::Passage& passage : lab.passages) {
            if (passage.from == 1) {
                EXPECT_GT(passage.frame, last);
                last = passage.frame;
            }
        }
    });
}

TEST(Wire, ReordersWhenAsked) {
    LabOptions options;
    options.link.reorder = 0.2;
    in_lab(options, [](Lab& lab) {
        send_over(lab, std::string(200'000, 'x'));
        std::uint64_t last = 0;
        std::size_t overtaken = 0;
        for (const record::Passage& passage : lab.passages) {
            overtaken += passage.from == 1 && passage.frame < last ? 1U : 0U;
            last = passage.from == 1 ? passage.frame : last;
        }
        EXPECT_GT(overtaken, 0U);
    });
}

TEST(Wire, LosesByChanceAndTheKernelsMakeUpForIt) {
    LabOptions options;
    options.link.loss = 0.1;
    options.link.corrupt = 0.05;
    options.link.duplicate = 0.05;
    in_lab(options, [](Lab& lab) {
        send_over(lab, std::string(100'000, 'x'));
        std::size_t lost = 0;
        for (const record::Passage& passage : lab.passages) {
            lost += passage.why == record::DropReason::Loss ? 1U : 0U;
        }
        EXPECT_GT(lost, 0U);
        expect_every_frame_has_an_end(lab);
    });
}

TEST(Wire, DropsWhatFindsNoRoomInTheQueueOfASlowLink) {
    LabOptions options;
    options.link.rate = 10'000'000;
    options.link.queue = 5;
    in_lab(options, [](Lab& lab) {
        send_over(lab, std::string(100'000, 'x'));
        std::size_t dropped = 0;
        for (const record::Passage& passage : lab.passages) {
            dropped += passage.why == record::DropReason::FullQueue ? 1U : 0U;
        }
        EXPECT_GT(dropped, 0U);
        expect_every_frame_has_an_end(lab);
    });
}

}  // namespace
}  // namespace sockstep::labnet::test
