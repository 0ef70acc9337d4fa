// tests/labnet/holding_test.cpp - segments that are stopped, and what kernels do meanwhile.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>

#include "labnet/lab.hpp"
#include "labnet/wire.hpp"
#include "os/confine.hpp"
#include "os/fd.hpp"

namespace sockstep::labnet::test {
namespace {

using testing::Ge, testing::IsEmpty, testing::SizeIs;

LabOptions step_by_step() {
    LabOptions options;
    options.hold_all = true;
    options.network.patience = Patience::Long;
    return options;
}

/// Waits until a segment of this kind is held, and says which.
std::uint64_t await(Lab& lab, const std::string& text) {
    lab.until([&] { return lab.held(text) != 0; });
    return lab.held(text);
}

void let_pass(Lab& lab, const std::string& text) {
    EXPECT_TRUE(lab.wire.deliver(await(lab, text))) << text;
}

/// A server that accepts one connection and echoes what it gets first, and a client that sends "hello" and expects it.
struct Pair {
    explicit Pair(Lab& lab)
        : server{lab.run("server",
                         [this] {
                             const int listener = listen_on("10.0.0.1", server_port);
                             listens.give();
                             const int connection = accept_from(listener);
                             accepted.give();
                             send_all(connection, receive_some(connection));
                             return receive_all(connection).empty() ? 0 : 1;
                         })},
          client{lab.run("client", [this] {
              listens.wait();
              const int connection = connect_to("10.0.0.1", server_port);
              if (connection == -1) {
                  return errno;
              }
              send_all(connection, "hello");
              return receive_some(connection) == "hello" ? 0 : 1;
          })} {}

    Signal listens;
    Signal accepted;
    Program server;
    Program client;
};

TEST(Wire, StopsEachSegmentUntilItIsToldOtherwise) {
    in_lab(step_by_step(), [](Lab& lab) {
        Pair pair{lab};
        let_pass(lab, "client SYN");
        let_pass(lab, "server SYN-ACK");
        let_pass(lab, "client ACK");
        let_pass(lab, "client data");
        while (!pair.client.has_ended() || !pair.server.has_ended()) {
            lab.until([&] { return !lab.wire.held().empty() || (pair.client.has_ended() && pair.server.has_ended()); });
            lab.wire.deliver_all();
        }
        EXPECT_EQ(pair.client.wait(), 0);
        EXPECT_EQ(pair.server.wait(), 0);
        EXPECT_THAT(lab.story().at(0), "client SYN");
        EXPECT_EQ(lab.passages_of(1).at(0).fate, record::Fate::Held);
        EXPECT_EQ(lab.passages_of(1).at(1).fate, record::Fate::Delivered);
    });
}

TEST(Wire, AbsorbsRepeatsOfAHeldSyn) {
    in_lab(step_by_step(), [](Lab& lab) {
        Pair pair{lab};
        const std::uint64_t syn = await(lab, "client SYN");
        lab.until([&] { return lab.held_frame(syn)->repeats >= 2; });
        EXPECT_THAT(lab.wire.held(), SizeIs(1));
        EXPECT_THAT(lab.frames, SizeIs(1));
        EXPECT_TRUE(lab.wire.deliver(syn));
        EXPECT_FALSE(lab.wire.deliver(syn)) << "it is gone";
        await(lab, "server SYN-ACK");
    });
}

TEST(Wire, AbsorbsWhatIsRepeatedBecauseTheAnswerIsHeld) {
    in_lab(step_by_step(), [](Lab& lab) {
        Pair pair{lab};
        let_pass(lab, "client SYN");
        const std::uint64_t syn_ack = await(lab, "server SYN-ACK");
        lab.until([&] {
            const Held* held = lab.held_frame(syn_ack);
            return held->repeats_of_answered >= 1 && held->repeats >= 1;
        });
        EXPECT_THAT(lab.wire.held(), SizeIs(1));
        EXPECT_TRUE(lab.wire.deliver(syn_ack));
        const std::uint64_t ack = await(lab, "client ACK");
        await(lab, "client data");
        lab.until([&] { return lab.held_frame(ack)->repeats_of_answered >= 1; });
        EXPECT_EQ(lab.count("server SYN-ACK"), 1U);
        EXPECT_THAT(lab.wire.held(), SizeIs(2)) << "the ACK and the data";
    });
}

TEST(Wire, AbsorbsDataThatIsRepeatedForManyTimeouts) {
    in_lab(step_by_step(), [](Lab& lab) {
        Pair pair{lab};
        let_pass(lab, "client SYN");
        let_pass(lab, "server SYN-ACK");
        let_pass(lab, "client ACK");
        const std::uint64_t data = await(lab, "client data");
        lab.until([&] { return lab.held_frame(data)->repeats >= 4; });
        EXPECT_EQ(lab.count("client data"), 1U);
        EXPECT_TRUE(lab.wire.deliver(data));
        const std::uint64_t answer = await(lab, "server ACK");
        lab.until([&] { return lab.held_frame(answer)->repeats_of_answered >= 1; });
        EXPECT_EQ(lab.count("client data"), 1U);
    });
}

/// A setting of a host's kernel, under /proc/sys/net/ipv4; nothing if it knows none such.
std::optional<long> setting(const Lab& lab, const std::string& host, const std::string& name,
                            std::optional<long> wanted = {}) {
    const os::Fd ours{::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)};
    EXPECT_TRUE(os::join_network(lab.network.network_of(*lab.network.find(host))));
    const std::string path = "/proc/sys/net/ipv4/" + name;
    if (wanted) {
        std::ofstream{path} << *wanted;
    }
    long value = 0;
    const bool is_known = static_cast<bool>(std::ifstream{path} >> value);
    EXPECT_TRUE(os::join_network(ours.value()));
    return is_known ? std::optional{value} : std::nullopt;
}

/// So many times a segment is sent again in an hour by a kernel whose timer begins with 200 ms, doubles, and ends at
/// two minutes. Source: Linux, TCP_RTO_MIN, TCP_RTO_MAX
long repeats_in_an_hour() {
    long repeats = 0;
    double timer = 0.2;
    for (double time = timer; time <= 3600; time += timer) {
        ++repeats;
        timer = std::min(timer * 2, 120.0);
    }
    return repeats;
}

TEST(Wire, LetsKernelsTryForMoreThanAnHour) {
    in_lab(step_by_step(), [](Lab& lab) {
        for (const std::string host : {"server", "client"}) {
            for (const std::string name : {"tcp_syn_retries", "tcp_synack_retries", "tcp_retries2"}) {
                EXPECT_GT(setting(lab, host, name), repeats_in_an_hour()) << host << " " << name;
            }
        }
    });
}

/// The same number of repeats as in an hour takes seconds where the kernel's timer is told to end at one second.
TEST(Wire, KeepsAConnectionThroughMoreRepeatsThanAKernelUsuallyMakes) {
    in_lab(step_by_step(), [](Lab& lab) {
        constexpr long second = 1000;
        if (!setting(lab, "client", "tcp_rto_max_ms", second)) {
            GTEST_SKIP() << "needs net.ipv4.tcp_rto_max_ms: Linux 6.15";
        }
        constexpr std::uint64_t usual_for_a_syn = 6;
        constexpr std::uint64_t usual_for_data = 15;  // tcp_syn_retries and tcp_retries2 of an untouched kernel
        Pair pair{lab};
        const auto outlasts = [&](std::uint64_t held, std::uint64_t repeats) {
            for (std::uint64_t each = 1; each <= repeats; ++each) {
                lab.until([&] { return lab.held_frame(held)->repeats >= each; });
            }
            EXPECT_FALSE(pair.client.has_ended());
            EXPECT_TRUE(lab.wire.deliver(held));
        };
        outlasts(await(lab, "client SYN"), usual_for_a_syn + 2);
        let_pass(lab, "server SYN-ACK");
        let_pass(lab, "client ACK");
        outlasts(await(lab, "client data"), usual_for_data + 2);
        lab.wire.hold_all(false);
        lab.wire.deliver_all();
        EXPECT_EQ(lab.end_of(pair.client), 0);
        EXPECT_EQ(lab.end_of(pair.server), 0);
        EXPECT_EQ(lab.count("client SYN"), 1U);
        EXPECT_EQ(lab.count("client data"), 1U);
    });
}

TEST(Wire, AbsorbsAFinOfAProgramThatHasEnded) {
    in_lab(step_by_step(), [](Lab& lab) {
        const Signal listens;
        const Program server = lab.run("server", [&] {
            const int listener = listen_on("10.0.0.1", server_port);
            listens.give();
            return receive_all(accept_from(listener)).empty() ? 0 : 1;
        });
        Program client = lab.run("client", [&] {
            listens.wait();
            return connect_to("10.0.0.1", server_port) == -1 ? 1 : 0;  // and its end closes the socket
        });
        let_pass(lab, "client SYN");
        let_pass(lab, "server SYN-ACK");
        let_pass(lab, "client ACK");
        const std::uint64_t fin = await(lab, "client FIN");
        EXPECT_EQ(client.wait(), 0);
        lab.until([&] { return lab.held_frame(fin)->repeats >= 3; });
        EXPECT_EQ(lab.count("client FIN"), 1U);
        EXPECT_TRUE(lab.wire.deliver(fin));
        await(lab, "server FIN");
    });
}

TEST(Wire, AbsorbsProbesOfAClosedWindowWhileTheirAnswerIsHeld) {
    in_lab(step_by_step(), [](Lab& lab) {
        const Signal listens;
        const Program server = lab.run("server", [&] {
            const int listener = listen_on("10.0.0.1", server_port);
            const int octets = 4096;
            ::setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
            listens.give();
            accept_from(listener);
            return ::pause();  // and reads nothing
        });
        const Program client = lab.run("client", [&] {
            listens.wait();
            send_all(connect_to("10.0.0.1", server_port), std::string(100'000, 'x'));
            return 0;
        });
        const auto window_is_closed = [&] {
            const auto answers = lab.all("server ACK");
            return !answers.empty() && answers.back().window == 0;
        };
        lab.until([&] {
            if (!window_is_closed()) {
                lab.wire.deliver_all();
            }
            return window_is_closed();
        });
        const std::uint64_t closes = lab.held("server ACK");
        ASSERT_NE(closes, 0U);
        EXPECT_TRUE(lab.wire.deliver(closes));
        let_pass(lab, "client ACK");  // the first probe
        const std::uint64_t answer = await(lab, "server ACK");
        lab.until([&] { return lab.held_frame(answer)->repeats_of_answered >= 2; });
        EXPECT_THAT(lab.wire.held(), SizeIs(1));
    });
}

TEST(Wire, ShowsRetriesWhenAsked) {
    LabOptions options = step_by_step();
    options.show_retries = true;
    in_lab(options, [](Lab& lab) {
        Pair pair{lab};
        lab.until([&] { return lab.count("client SYN") >= 2; });
        EXPECT_THAT(lab.wire.held(), SizeIs(Ge(2U)));
    });
}

TEST(Wire, PutsTheRepeatInThePlaceOfAHeldSegmentThatIsDropped) {
    in_lab(step_by_step(), [](Lab& lab) {
        Pair pair{lab};
        const std::uint64_t syn = await(lab, "client SYN");
        lab.until([&] { return lab.held_frame(syn)->repeats >= 1; });
        EXPECT_TRUE(lab.wire.drop(syn));
        EXPECT_EQ(lab.passages_of(syn).back().why, record::DropReason::Hand);
        const std::uint64_t again = lab.held("client SYN");
        EXPECT_GT(again, syn);
        EXPECT_TRUE(lab.wire.deliver(again));
        await(lab, "server SYN-ACK");
    });
}

TEST(Wire, DelaysDuplicatesAndCorruptsByHand) {
    in_lab(step_by_step(), [](Lab& lab) {
        Pair pair{lab};
        EXPECT_TRUE(lab.wire.delay(await(lab, "client SYN"), std::chrono::milliseconds{50}));
        EXPECT_TRUE(lab.wire.next_due().has_value());
        const std::uint64_t syn_ack = await(lab, "server SYN-ACK");
        EXPECT_GE(lab.passages_of(1).back().time - lab.passages_of(1).front().time, std::chrono::milliseconds{50});
        EXPECT_TRUE(lab.wire.duplicate(syn_ack));
        EXPECT_EQ(lab.passages_of(syn_ack).size(), 3U) << "held, delivered, delivered";
        const std::uint64_t data = await(lab, "client data");
        EXPECT_TRUE(lab.wire.corrupt(data));
        EXPECT_TRUE(lab.passages_of(data).back().corrupted);
        const std::uint64_t again = await(lab, "client data");
        EXPECT_GT(again, data) << "the damaged copy was discarded";
    });
}

TEST(Wire, StopsOneSegmentAloneByARule) {
    LabOptions options = with_rule(Action::Hold, "server SYN-ACK 1");
    options.network.patience = Patience::Long;
    in_lab(options, [](Lab& lab) {
        Pair pair{lab};
        const std::uint64_t syn_ack = await(lab, "server SYN-ACK");
        EXPECT_FALSE(pair.client.has_ended());
        EXPECT_TRUE(lab.wire.deliver(syn_ack));
        EXPECT_EQ(lab.end_of(pair.client), 0);
        EXPECT_EQ(lab.end_of(pair.server), 0);
        EXPECT_THAT(lab.wire.held(), IsEmpty());
    });
}

TEST(Wire, LetsTheRestPassWhenNothingIsToStopAnyMore) {
    in_lab(step_by_step(), [](Lab& lab) {
        Pair pair{lab};
        await(lab, "client SYN");
        lab.wire.hold_all(false);
        lab.wire.deliver_all();
        EXPECT_EQ(lab.end_of(pair.client), 0);
        EXPECT_EQ(lab.end_of(pair.server), 0);
        EXPECT_TRUE(lab.wire.is_empty());
        expect_every_frame_has_an_end(lab);
    });
}

}  // namespace
}  // namespace sockstep::labnet::test
