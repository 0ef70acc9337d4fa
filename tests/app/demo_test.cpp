// tests/app/demo_test.cpp - the demo, really played: by root, by an ordinary user, interrupted, and with bad programs.
#include "app/demo.hpp"

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "decode/frame.hpp"
#include "os/forked.hpp"
#include "os/private_network.hpp"
#include "os/probes.hpp"
#include "os/refusals.hpp"
#include "os/settings.hpp"
#include "require_system.hpp"

namespace sockstep::app {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Everything that a demo told.
struct Told {
    struct Segment {
        decode::TcpFlags flags;
        std::uint16_t from;
        std::string payload;
    };
    std::vector<Segment> segments;
    std::vector<std::string> lines;
    struct Moment {
        base::Timestamp time;
        bool is_frame;
    };
    std::vector<Moment> moments;
    std::vector<std::string> notices;
};

DemoEvents listener(Told& told) {
    return {
        .frame =
            [&told](const record::Frame& frame) {
                told.moments.push_back({frame.time, true});
                const auto decoded = decode::decode(frame.link, frame.bytes, frame.wire_length);
                ASSERT_TRUE(std::holds_alternative<decode::TcpSegment>(decoded));
                const auto& segment = std::get<decode::TcpSegment>(decoded);
                told.segments.push_back(
                    {segment.flags, segment.source.port, {segment.payload.begin(), segment.payload.end()}});
            },
        .line =
            [&told](base::Timestamp time, std::string_view program, std::string_view text, bool typed) {
                told.moments.push_back({time, false});
                told.lines.push_back(std::string{program} + (typed ? " < " : " > ") + std::string{text});
            },
        .notice = [&told](std::string_view text) { told.notices.emplace_back(text); },
    };
}

std::string text_of_all(const std::vector<Told::Segment>& segments) {
    std::string text;
    for (const Told::Segment& segment : segments) {
        text += segment.payload;
    }
    return text;
}

void expect_no_child_left() {
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

/// Each line comes after all frames before its time and before the next frame. (Frames are told in the order captured;
/// those of two processors may differ from the order of their times by microseconds.)
void expect_lines_in_their_places(const Told& told) {
    base::Timestamp latest{};
    base::Timestamp line{};
    for (const Told::Moment& moment : told.moments) {
        if (moment.is_frame) {
            EXPECT_TRUE(line == base::Timestamp{} || line < moment.time);
            line = {};
        } else {
            EXPECT_LE(latest, moment.time);
            line = moment.time;
        }
        latest = std::max(latest, moment.time);
    }
}

/// All that must be true of a demo that was played to its end.
void expect_whole_conversation(const Told& told, const DemoResult& result) {
    EXPECT_FALSE(result.interrupted);
    EXPECT_EQ(result.dropped_frames, 0U);
    EXPECT_THAT(result.program_ends,
                ElementsAre("Bob: exit status 0", "Alice: exit status 0", "server: exit status 0"));
    expect_lines_in_their_places(told);

    ASSERT_FALSE(told.segments.empty());
    EXPECT_TRUE(told.segments.front().flags.syn() && !told.segments.front().flags.ack());
    std::size_t syns = 0;
    std::size_t fins = 0;
    for (const Told::Segment& segment : told.segments) {
        syns += segment.flags.syn() ? 1U : 0U;
        fins += segment.flags.fin() ? 1U : 0U;
    }
    EXPECT_EQ(syns, 4U) << "a SYN and a SYN-ACK of two connections";
    EXPECT_EQ(fins, 4U);
    EXPECT_FALSE(told.segments.back().flags.fin()) << "the last segment acknowledges the last FIN";

    const std::string wire = text_of_all(told.segments);
    EXPECT_THAT(wire, HasSubstr("Alice: Hello Bob!"));
    EXPECT_THAT(wire, HasSubstr("Wrong group ID or password"));
    EXPECT_THAT(told.lines, Contains("Bob < open barley"));
    EXPECT_THAT(told.lines, Contains("Alice > * Bob left."));
}

/// In a process of its own, as the demo may move into another network; true if nothing was found wrong there.
template <typename Work>
bool passes_in_child(const Work& work) {
    std::fflush(nullptr);
    const int status = os::wait_for(os::fork_to([&] {
        work();
        std::fflush(nullptr);
        ::_exit(::testing::Test::HasFailure() ? 1 : 0);
    }));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void become_ordinary_user() {
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0) {
        ASSERT_EQ(::setgroups(0, nullptr), 0);
        ASSERT_EQ(::setresgid(nobody, nobody, nobody), 0);
        ASSERT_EQ(::setresuid(nobody, nobody, nobody), 0);
        ::prctl(PR_SET_DUMPABLE, 1);
    }
}

class Demo : public ::testing::Test {
protected:
    void SetUp() override {
        const os::NetworkAttempt attempt = os::probe_private_network();
        REQUIRE_SYSTEM(os::probe_capture().allowed() || !attempt.refused(),
                       os::why_no_private_network(attempt, os::read_settings()).reason);
    }
    DemoOptions options_{.folders = CHAT_FOLDER};
};

TEST_F(Demo, ShowsAWholeConversation) {
    EXPECT_TRUE(passes_in_child([&] {
        Told told;
        const DemoResult result = demo(options_, listener(told));
        expect_whole_conversation(told, result);
        expect_no_child_left();
    }));
}

TEST_F(Demo, RunsInAPrivateNetworkWithoutTheRightToCapture) {
    REQUIRE_SYSTEM(!os::probe_private_network().refused(), "needs user namespaces; see sockstep doctor");
    EXPECT_TRUE(passes_in_child([&] {
        become_ordinary_user();
        if (os::probe_capture().allowed()) {
            return;  // an ordinary user who has the right
        }
        Told told;
        const DemoResult result = demo(options_, listener(told));
        expect_whole_conversation(told, result);
        EXPECT_THAT(told.notices, ElementsAre(HasSubstr("private network of its own")));
        expect_no_child_left();
    }));
}

TEST_F(Demo, EndsCleanlyWhenInterrupted) {
    for (const int signal : {SIGINT, SIGTERM}) {
        EXPECT_TRUE(passes_in_child([&] {
            Told told;
            DemoEvents events = listener(told);
            events.line = [&](base::Timestamp, std::string_view, std::string_view text, bool) {
                if (text == "Bob") {
                    ::raise(signal);
                }
            };
            const DemoResult result = demo(options_, events);
            EXPECT_TRUE(result.interrupted);
            EXPECT_FALSE(told.segments.empty());
            expect_no_child_left();
        }));
    }
}

TEST_F(Demo, PassesOnWhatItsListenerThrowsAndLeavesNoChild) {
    EXPECT_TRUE(passes_in_child([&] {
        DemoEvents events;
        events.frame = [](const record::Frame&) { throw std::runtime_error{"the disk is full"}; };
        EXPECT_THROW(demo(options_, events), std::runtime_error);
        expect_no_child_left();
    }));
}

/// A folder with programs that are not what they should be.
class DemoOfStubs : public Demo {
protected:
    void SetUp() override {
        Demo::SetUp();
        std::string name = ::testing::TempDir() + "sockstep-demo-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        options_.folders = folder_;
        options_.deadline = std::chrono::seconds{20};
        write("chat-server", "echo listening on port 1; exec cat");
        write("chat-client", "exit 3");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& commands) const {
        const std::string path = folder_ + "/" + name;
        std::ofstream{path} << "#!/bin/sh\n" << commands << "\n";
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    }

    std::string failure() const {
        std::string what;
        const bool passed = passes_in_child([&] {
            Told told;
            try {
                demo(options_, listener(told));
            } catch (const DemoFailed& error) {
                std::ofstream{folder_ + "/what"} << error.what();
            }
            expect_no_child_left();
        });
        EXPECT_TRUE(passed);
        std::getline(std::ifstream{folder_ + "/what"}, what, '\0');
        return what;
    }

    std::string folder_;
};

TEST_F(DemoOfStubs, NamesTheProgramThatIsMissing) {
    std::filesystem::remove(folder_ + "/chat-client");
    EXPECT_THAT(failure(), HasSubstr("chat-client is missing"));
}

TEST_F(DemoOfStubs, NamesTheStepThatAProgramsEndPrevents) {
    EXPECT_THAT(failure(), HasSubstr("waited for Alice's chat-client to print \"Your choice: \""));
    EXPECT_THAT(failure(), HasSubstr("Alice: exit status 3"));
}

TEST_F(DemoOfStubs, TellsTheLastWordsOfAServerThatDoesNotStart) {
    write("chat-server", "echo the port is taken >&2; exit 1");
    EXPECT_THAT(failure(), HasSubstr("last words of server: the port is taken"));
}

TEST_F(DemoOfStubs, NamesTheStepThatTakesTooLong) {
    write("chat-client", "exec cat");  // waits for ever
    options_.deadline = std::chrono::seconds{1};
    EXPECT_THAT(failure(), HasSubstr("Your choice: \", which did not happen within 1 s"));
}

}  // namespace
}  // namespace sockstep::app
