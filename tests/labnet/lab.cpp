// tests/labnet/lab.cpp - forks, runs the wire, remembers what passed.
#include "labnet/lab.hpp"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "decode/frame.hpp"
#include "os/check.hpp"
#include "os/confine.hpp"
#include "os/forked.hpp"
#include "require_system.hpp"

namespace sockstep::labnet::test {

namespace {

constexpr std::chrono::seconds patience{30};  // until an event that does not come is a failure
constexpr uid_t ordinary_user = 65534;        // nobody

std::string kind_of(const decode::TcpSegment& segment) {
    if (segment.flags.rst()) {
        return "RST";
    }
    if (segment.flags.syn()) {
        return segment.flags.ack() ? "SYN-ACK" : "SYN";
    }
    if (segment.flags.fin()) {
        return "FIN";
    }
    return segment.payload_length > 0 ? "data" : "ACK";
}

/// In the child, between fork() and its work: into the host, without privileges.
void confine(int network) {
    if (!os::join_network(network) || !os::drop_all_capabilities()) {
        give_up("confine");
    }
}

void become_ordinary_user() {
    if (::geteuid() == 0) {
        os::check(::setgroups(0, nullptr), "setgroups");
        os::check(::setresgid(ordinary_user, ordinary_user, ordinary_user), "setresgid");
        os::check(::setresuid(ordinary_user, ordinary_user, ordinary_user), "setresuid");
        ::prctl(PR_SET_DUMPABLE, 1);
    }
}

}  // namespace

Program::Program(pid_t pid)
    : pid_{pid}, pidfd_{static_cast<int>(os::check(::syscall(SYS_pidfd_open, pid, 0), "pidfd_open"))} {}

Program::Program(Program&& other) noexcept
    : pid_{std::exchange(other.pid_, -1)}, pidfd_{std::move(other.pidfd_)}, status_{other.status_} {}

Program::~Program() {
    if (pid_ != -1 && !status_) {
        ::kill(pid_, SIGKILL);
        wait();
    }
}

bool Program::has_ended() const {
    pollfd ended{pidfd_.value(), POLLIN, 0};
    return status_ || ::poll(&ended, 1, 0) == 1;
}

int Program::wait() {
    if (!status_) {
        constexpr int signalled = 128;
        const int status = os::wait_for(pid_);
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : signalled + WTERMSIG(status);
    }
    return *status_;
}

Signal::Signal() {
    std::array<int, 2> ends{};
    os::check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    reader_ = os::Fd{ends[0]};
    writer_ = os::Fd{ends[1]};
}

void Signal::give() const {
    os::check(::write(writer_.value(), "!", 1), "write");
}

void Signal::wait() const {
    char given = 0;
    os::check(::read(reader_.value(), &given, 1), "read");
}

Lab::Lab(const LabOptions& options) : network{options.network}, wire{network, wire_options(options), events()} {}

WireOptions Lab::wire_options(const LabOptions& options) const {
    WireOptions wire_options;
    wire_options.link = options.link;
    wire_options.hold_all = options.hold_all;
    wire_options.show_retries = options.show_retries;
    for (const auto& [action, text] : options.rules) {
        wire_options.rules.push_back(parse_rule(action, text, network.hosts()));
    }
    return wire_options;
}

WireEvents Lab::events() {
    return {[this](const record::Frame& frame) {
                const decode::Decoded decoded = decode::decode(frame.link, frame.bytes, frame.wire_length);
                Entered entered;
                entered.number = frame.number;
                entered.octets = frame.wire_length;
                entered.time = frame.time;
                const int host = host_number(frame.bytes.subspan(6, 6), network.hosts().size());
                entered.who = host == -1 ? "?" : network.hosts()[static_cast<std::size_t>(host)].name;
                if (const auto* segment = std::get_if<decode::TcpSegment>(&decoded)) {
                    entered.what = kind_of(*segment);
                    entered.seq = segment->seq.value;
                    entered.length = segment->payload_length;
                    entered.window = segment->window;
                    entered.mss = segment->options.mss;
                    entered.checksum_is_right = segment->checksum == decode::Checksum::Correct;
                } else {
                    entered.what = decode::describe(decoded);
                }
                frames.push_back(entered);
            },
            [this](const record::Passage& passage) { passages.push_back(passage); }};
}

Program Lab::run(const std::string& host, const std::function<int()>& work) {
    const int place = network.network_of(*network.find(host));
    const pid_t parent = ::getpid();
    const pid_t child = os::check(::fork(), "fork");
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) {
            ::_exit(broken);
        }
        confine(place);
        ::_exit(work());
    }
    return Program{child};
}

Program Lab::execute(const std::string& host, const std::vector<std::string>& command, int input, int output) {
    return run(host, [&] {
        ::dup2(input, STDIN_FILENO);
        ::dup2(output, STDOUT_FILENO);
        std::vector<char*> arguments;
        arguments.reserve(command.size() + 1);
        for (const std::string& word : command) {
            arguments.push_back(const_cast<char*>(word.c_str()));
        }
        arguments.push_back(nullptr);
        ::execvp(arguments[0], arguments.data());
        give_up(command[0].c_str());
        return broken;
    });
}

bool Lab::until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            ADD_FAILURE() << "what was waited for did not come; the story so far: " << testing::PrintToString(story());
            return false;
        }
        std::vector<pollfd> watched;
        for (const int fd : wire.fds()) {
            watched.push_back({fd, POLLIN, 0});
        }
        constexpr int look_again = 20;  // milliseconds: conditions may be about processes
        ::poll(watched.data(), watched.size(), look_again);
        wire.handle();
    }
    return true;
}

int Lab::end_of(Program& program) {
    return until([&] { return program.has_ended(); }) ? program.wait() : -1;
}

std::vector<std::string> Lab::story() const {
    std::vector<std::string> texts;
    for (const Entered& frame : frames) {
        texts.push_back(frame.text());
    }
    return texts;
}

std::vector<Entered> Lab::all(const std::string& text) const {
    std::vector<Entered> found;
    for (const Entered& frame : frames) {
        if (frame.text() == text) {
            found.push_back(frame);
        }
    }
    return found;
}

std::size_t Lab::count(const std::string& text) const {
    std::size_t count = 0;
    for (const Entered& frame : frames) {
        count += frame.text() == text ? 1U : 0U;
    }
    return count;
}

std::vector<record::Passage> Lab::passages_of(std::uint64_t frame) const {
    std::vector<record::Passage> found;
    for (const record::Passage& passage : passages) {
        if (passage.frame == frame) {
            found.push_back(passage);
        }
    }
    return found;
}

std::uint64_t Lab::held(const std::string& text) const {
    for (const Held& held : wire.held()) {
        if (frames[held.id - 1].text() == text && !held.released) {
            return held.id;
        }
    }
    return 0;
}

const Held* Lab::held_frame(std::uint64_t id) const {
    for (const Held& held : wire.held()) {
        if (held.id == id) {
            return &held;
        }
    }
    return nullptr;
}

void in_child(Who who, const std::function<void()>& body) {
    std::fflush(stdout);
    const pid_t child = os::check(::fork(), "fork");
    if (child == 0) {
        try {
            if (who == Who::OrdinaryUser) {
                become_ordinary_user();
            }
            body();
        } catch (const std::exception& error) {
            ADD_FAILURE() << "thrown: " << error.what();
        }
        std::fflush(stdout);
        ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }
    const int status = os::wait_for(child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
        << (who == Who::OrdinaryUser ? "as an ordinary user" : "as the caller") << ": see above; status " << status;
}

void in_lab(const LabOptions& options, const std::function<void(Lab&)>& body) {
    const os::NetworkAttempt attempt = os::probe_private_network(os::NetworkStep::MountNamespace);
    REQUIRE_SYSTEM(!attempt.refused(), os::why_no_private_network(attempt, os::read_settings()).reason);
    const auto run = [&] {
        Lab lab{options};
        body(lab);
    };
    in_child(Who::Caller, run);
    if (::geteuid() == 0) {
        in_child(Who::OrdinaryUser, run);
    }
}

LabOptions with_rule(Action action, const std::string& text) {
    LabOptions options;
    options.rules = {{action, text}};
    return options;
}

void expect_every_frame_has_an_end(const Lab& lab) {
    for (const Entered& frame : lab.frames) {
        std::size_t ends = 0;
        for (const record::Passage& passage : lab.passages_of(frame.number)) {
            ends += passage.fate != record::Fate::Held && !passage.duplicate ? 1U : 0U;
            EXPECT_GE(passage.time, frame.time);
        }
        EXPECT_EQ(ends, 1U) << "frame " << frame.number << ", " << frame.text();
    }
}

}  // namespace sockstep::labnet::test
