// tests/capture/live_test.cpp - capturing our own packets on the loopback interface.
#include "capture/live.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "capture/capture_builder.hpp"
#include "capture/filter.hpp"
#include "capture/interfaces.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"
#include "os/file.hpp"

namespace sockstep::capture {
namespace {

using testing::Contains, testing::SizeIs;

constexpr int patience = 10'000;  // milliseconds until an event that does not come is a failure

/// A UDP socket bound to a port of its own on 127.0.0.1, connected to itself.
struct UdpSocket {
    os::Fd fd{os::check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")};
    std::uint16_t port = 0;

    UdpSocket() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        os::check(::bind(fd.value(), generic, size), "bind");
        os::check(::getsockname(fd.value(), generic, &size), "getsockname");
        os::check(::connect(fd.value(), generic, size), "connect");
        port = ntohs(address.sin_port);
    }

    void send(std::size_t length) const {
        const std::string text(length, 'x');
        os::check(::send(fd.value(), text.data(), text.size(), 0), "send");
    }

    std::string filter() const { return "udp and port " + std::to_string(port); }
};

/// The capture that a test asks for; skips the test, with the remedy, where this is not permitted.
class LiveTest : public testing::Test {
protected:
    std::optional<Live> live_;

    void open(const LiveOptions& options) {
        try {
            live_.emplace(options);
        } catch (const CaptureError& error) {
            if (error.code() != std::errc::operation_not_permitted) {
                throw;
            }
            const char* const required = std::getenv("SOCKSTEP_REQUIRE_SYSTEM");
            if (required != nullptr && std::string{required} == "1") {
                FAIL() << error.what();
            }
            GTEST_SKIP() << error.what() << ": run the tests as root, or: sudo setcap cap_net_raw+ep test_capture_live";
        }
    }

    /// Waits for `count` frames.
    std::vector<test::Taken> take(std::size_t count) {
        std::vector<test::Taken> frames;
        while (frames.size() < count && os::wait_readable(live_->fd(), patience)) {
            live_->dispatch([&](const record::Frame& frame) { frames.push_back(test::taken(frame)); });
        }
        return frames;
    }
};

#define OPEN_OR_SKIP(...)                \
    open(__VA_ARGS__);                   \
    if (!live_) {                        \
        return; /* skipped, or failed */ \
    }

TEST_F(LiveTest, SeesEachFrameOfTheLoopbackInterfaceOnceAndInOrder) {
    const UdpSocket socket;
    OPEN_OR_SKIP({.interface = "lo", .filter = socket.filter()});
    for (std::size_t length = 1; length <= 100; ++length) {
        socket.send(length);
    }
    const auto frames = take(100);
    ASSERT_THAT(frames, SizeIs(100));
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(frames[i].number, i + 1);
        EXPECT_EQ(frames[i].link, base::LinkType::Ethernet);
        EXPECT_EQ(frames[i].wire_length, 14 + 20 + 8 + i + 1);
        EXPECT_EQ(frames[i].bytes.size(), frames[i].wire_length);
        EXPECT_TRUE(i == 0 || frames[i].nanoseconds >= frames[i - 1].nanoseconds);
    }
    EXPECT_EQ(live_->statistics().received, 100U);
    EXPECT_EQ(live_->statistics().dropped_by_kernel, 0U);
}

TEST_F(LiveTest, HasTimesInNanoseconds) {
    const UdpSocket socket;
    OPEN_OR_SKIP({.interface = "lo", .filter = socket.filter()});
    for (int i = 0; i < 20; ++i) {
        socket.send(1);
    }
    const auto frames = take(20);
    ASSERT_THAT(frames, SizeIs(20));
    EXPECT_TRUE(std::any_of(frames.begin(), frames.end(), [](const auto& f) { return f.nanoseconds % 1000 != 0; }));
}

TEST_F(LiveTest, KeepsNoMoreThanTheSnapLengthEvenWithoutAFilter) {
    const UdpSocket socket;
    OPEN_OR_SKIP({.interface = "lo", .snaplen = 64});
    socket.send(1000);
    for (;;) {  // other programs may use the loopback interface too
        const auto frames = take(1);
        ASSERT_FALSE(frames.empty());
        for (const auto& frame : frames) {
            EXPECT_LE(frame.bytes.size(), 64U);
            if (frame.wire_length == 14 + 20 + 8 + 1000) {
                EXPECT_EQ(frame.bytes.size(), 64U);
                return;
            }
        }
    }
}

TEST_F(LiveTest, SeesEachLoopbackFrameOnceOnAllInterfacesToo) {
    const UdpSocket socket;
    OPEN_OR_SKIP({.interface = "any", .filter = socket.filter()});
    for (std::size_t length = 1; length <= 10; ++length) {
        socket.send(length);
    }
    const auto frames = take(10);
    ASSERT_THAT(frames, SizeIs(10));
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(frames[i].link, base::LinkType::LinuxSll2);
        EXPECT_EQ(frames[i].wire_length, 20 + 20 + 8 + i + 1);
    }
}

TEST_F(LiveTest, SaysNothingWhenNothingWaits) {
    const UdpSocket socket;
    OPEN_OR_SKIP({.interface = "lo", .filter = socket.filter()});
    EXPECT_EQ(live_->dispatch([](const record::Frame&) { FAIL(); }), 0U);
}

TEST_F(LiveTest, LetsAnExceptionOfItsCallerThroughAndGoesOn) {
    const UdpSocket socket;
    OPEN_OR_SKIP({.interface = "lo", .filter = socket.filter()});
    socket.send(1);
    ASSERT_TRUE(os::wait_readable(live_->fd(), patience));
    EXPECT_THROW(live_->dispatch([](const record::Frame&) { throw std::runtime_error{"disk full"}; }),
                 std::runtime_error);
    socket.send(2);
    const auto frames = take(1);
    ASSERT_THAT(frames, SizeIs(1));
    EXPECT_EQ(frames[0].number, 2U);
}

TEST_F(LiveTest, RefusesABadFilter) {
    OPEN_OR_SKIP({.interface = "lo"});
    EXPECT_THROW(Live({.interface = "lo", .filter = "foo bar("}), BadFilter);
    EXPECT_THROW(Live({.interface = "lo", .filter = "tcp) or (udp"}), BadFilter);
}

TEST_F(LiveTest, NamesTheInterfacesWhenThereIsNoSuchOne) {
    OPEN_OR_SKIP({.interface = "lo"});
    try {
        const Live live{{.interface = "nosuch0"}};
        ADD_FAILURE();
    } catch (const CaptureError& error) {
        EXPECT_EQ(error.code(), std::errc::no_such_device);
        EXPECT_EQ(error.interface(), "nosuch0");
        EXPECT_THAT(error.what(), testing::HasSubstr("nosuch0 (there are "));
        EXPECT_THAT(error.what(), testing::ContainsRegex("[ ,]lo[,)]"));
    }
}

/// Runs `command` in a shell; true if it succeeded.
bool shell(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;  // NOLINT(cert-env33-c): a test's own command
}

/// A pair of virtual interfaces, made and removed with ip(8).
class LiveOnVeth : public LiveTest {
protected:
    const std::string name_ = "sockstep" + std::to_string(::getpid() % 1000000);

    void SetUp() override {
        const bool made = shell("ip link add " + name_ + " type veth peer name " + name_ + "p") &&
                          shell("ip link set " + name_ + "p up && ip link set " + name_ + " up");
        if (!made) {
            const char* const required = std::getenv("SOCKSTEP_REQUIRE_SYSTEM");
            ASSERT_FALSE(required != nullptr && std::string{required} == "1") << "ip link add failed";
            GTEST_SKIP() << "needs veth interfaces: run the tests as root, with iproute2 installed";
        }
    }
    void TearDown() override { shell("ip link del " + name_); }

    /// The error that ends the capture.
    std::error_code error_of_capture() {
        try {
            while (os::wait_readable(live_->fd(), patience)) {
                live_->dispatch([](const record::Frame&) {});
            }
        } catch (const CaptureError& error) {
            return error.code();
        }
        return {};
    }
};

TEST_F(LiveOnVeth, SaysThatTheInterfaceWentDown) {
    OPEN_OR_SKIP({.interface = name_});
    ASSERT_TRUE(shell("ip link set " + name_ + " down"));
    EXPECT_EQ(error_of_capture(), std::errc::network_down);
}

TEST_F(LiveOnVeth, SaysThatTheInterfaceIsGone) {
    OPEN_OR_SKIP({.interface = name_});
    ASSERT_TRUE(shell("ip link del " + name_));
    EXPECT_EQ(error_of_capture(), std::errc::no_such_device);
}

TEST_F(LiveOnVeth, SaysThatTheInterfaceIsDownBeforeItBegins) {
    ASSERT_TRUE(shell("ip link set " + name_ + " down"));
    try {
        const Live live{{.interface = name_}};
        ADD_FAILURE();
    } catch (const CaptureError& error) {
        EXPECT_EQ(error.code(), std::errc::network_down);
    }
}

TEST(Interfaces, AreListedWithoutPrivilege) {
    std::vector<std::string> names;
    for (const Interface& interface : list_interfaces()) {
        names.push_back(interface.name);
        EXPECT_EQ(interface.is_loopback, interface.name == "lo") << interface.name;
    }
    EXPECT_THAT(names, Contains("lo"));
    EXPECT_THAT(names, Contains("any"));
}

}  // namespace
}  // namespace sockstep::capture
