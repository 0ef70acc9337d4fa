// tests/labnet/lab.hpp - a lab network in a process of its own, with the wire run by the test, and programs in its
// hosts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "labnet/network.hpp"
#include "labnet/wire.hpp"
#include "os/fd.hpp"
#include "record/passage.hpp"

namespace sockstep::labnet::test {

constexpr std::uint16_t server_port = 5000;
constexpr int broken = 100;  // exit status of a program that could not do what the test is about

/// A frame as it entered.
struct Entered {
    std::uint64_t number = 0;
    std::string who;   // host that sent it
    std::string what;  // "SYN", "SYN-ACK", "ACK", "data", "FIN", "RST"; the frame's kind if it is no segment
    std::uint32_t seq = 0;
    std::uint32_t length = 0;  // of its payload
    std::uint32_t window = 0;  // as stated, not scaled
    std::optional<unsigned> mss{};
    bool checksum_is_right = false;
    std::uint32_t octets = 0;
    base::Timestamp time{};

    /// "client SYN".
    std::string text() const { return who + " " + what; }
};

/// A child process in a host; killed and reaped at the end if it has not ended.
class Program {
public:
    explicit Program(pid_t pid);
    ~Program();
    Program(Program&& other) noexcept;
    Program& operator=(Program&&) = delete;

    pid_t pid() const { return pid_; }
    int pidfd() const { return pidfd_.value(); }
    bool has_ended() const;
    /// Its exit status; 128 and its number for a signal. Blocks: until it has ended.
    int wait();

private:
    pid_t pid_;
    os::Fd pidfd_;
    std::optional<int> status_;
};

/// A line from one process to another: "I listen". Made before both are started.
class Signal {
public:
    Signal();
    void give() const;
    /// Blocks: until it is given, or the other process has ended.
    void wait() const;

private:
    os::Fd reader_;
    os::Fd writer_;
};

struct LabOptions {
    NetworkOptions network{};
    LinkOptions link{};
    std::vector<std::pair<Action, std::string>> rules{};
    bool hold_all = false;
    bool show_retries = false;
};

/// A lab with one rule for chosen segments.
LabOptions with_rule(Action action, const std::string& text);

/// Everything, for a test's child process.
class Lab {
public:
    explicit Lab(const LabOptions& options);

    Network network;
    std::vector<Entered> frames;
    std::vector<record::Passage> passages;
    Wire wire;

    /// Runs `work` in a child in `host`, without privileges; what it returns is its exit status.
    Program run(const std::string& host, const std::function<int()>& work);
    /// Runs a program; what it prints is written to `output`.
    Program execute(const std::string& host, const std::vector<std::string>& command, int input, int output);

    /// Lets the wire work until `condition` holds; false, and a failure, if that takes too long.
    bool until(const std::function<bool()>& condition);
    /// Lets the wire work until `program` has ended.
    int end_of(Program& program);

    /// "client SYN", "server SYN-ACK" ...
    std::vector<std::string> story() const;
    std::size_t count(const std::string& text) const;
    /// The frames with this text, in the order of their entering.
    std::vector<Entered> all(const std::string& text) const;
    std::vector<record::Passage> passages_of(std::uint64_t frame) const;
    /// The first that is held, by its "client SYN"; 0 if none is.
    std::uint64_t held(const std::string& text) const;
    const Held* held_frame(std::uint64_t id) const;

private:
    WireOptions wire_options(const LabOptions& options) const;
    WireEvents events();
};

/// Each frame has met exactly one end, or one and a duplicate's.
void expect_every_frame_has_an_end(const Lab& lab);

/// Who runs a test: whoever started it, and, if that is root, an ordinary user too.
enum class Who { Caller, OrdinaryUser };

/// Runs `body` in a child process, because the process that makes a lab has no way out of it. Failures of expectations
/// there are failures of the test. Skips where labs are refused.
void in_child(Who who, const std::function<void()>& body);

/// As in_child(), for each of those who can run it here.
void in_lab(const LabOptions& options, const std::function<void(Lab&)>& body);

// Sockets, for work in hosts. They end the process with 100 and a word on standard error if something fails.

[[noreturn]] void give_up(const char* what);
int listen_on(const std::string& address, std::uint16_t port);
int accept_from(int listener, std::string* peer = nullptr);
/// -1 with errno if the connection is refused.
int connect_to(const std::string& address, std::uint16_t port);
void send_all(int socket, const std::string& text);
std::string receive_all(int socket);
std::string receive_some(int socket);

}  // namespace sockstep::labnet::test
