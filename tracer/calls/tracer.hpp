// tracer/calls/tracer.hpp - runs programs under ptrace and records their socket calls.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/fd.hpp"
#include "record/event.hpp"

/// calls: the only user of ptrace. Comes in: programs to start. Goes out: records of their socket calls, processes and
/// threads, in the order observed. Called by app's loop; must not know frames, connections or how anything is printed.
/// Programs are started, never attached to, and do what they would do without us.
///
/// A process with a Tracer has no other children that live while it calls handle_stops(): that takes whatever
/// waitpid(-1) tells, because a thread that was just made is not known by its id before its first stop.
///
/// Of signals, those are recorded that are not ignored, without SIGCHLD, SIGCONT, SIGURG, SIGWINCH and the C library's
/// own ones, which say nothing about a conversation; but one that interrupts a call is always named by the call's end.
namespace sockstep::calls {

/// What to start, and how it is wired.
struct Launch {
    std::string name{};  // of its records: "server"
    std::string host{};
    std::string path{};                    // of the executable file
    std::vector<std::string> arguments{};  // the first is what the program sees as its own name
    int input = -1;                        // become its descriptors 0, 1 and 2; they stay ours to close
    int output = -1;
    int error = -1;
    bool controlling_terminal = false;  // `input` is a terminal: becomes that of a session of its own
    int network = -1;  // descriptor of the network namespace it runs in, without capabilities; -1: ours, with ours
};

/// Something a program waits for that somebody else may give it: input from its terminal.
struct WaitsForInput {
    std::string program;
    int tid = 0;
};

struct TracerEvents {
    std::function<void(record::Event)> record;
    /// A thread begins to wait for input from the terminal that its program was given (a read of it, or a poll that
    /// includes it), which has none. It is called before the wait begins.
    std::function<void(const WaitsForInput&)> waits_for_input;
    /// A thread has stopped, mostly at the beginning of a call, and has not gone on; its record will come with a later
    /// time. What it printed before can be taken now and is known to be earlier.
    std::function<void()> stopped{};
    /// A thread is about to make a call that will be recorded: `call` as it would begin now, its id 0. True: it stays
    /// where it is until release(hold), and what is recorded of the call is what is true then. Not set: none stays.
    std::function<bool(std::uint64_t hold, const record::CallBegin& call)> holds{};
    /// A thread that was held has ended, or another one has replaced its program.
    std::function<void(std::uint64_t hold)> hold_ended{};
};

/// A socket that a program has, as the kernel describes it now.
struct OpenSocketState {
    int pid = 0;
    int fd = -1;  // the lowest, if it has several
    record::Socket socket;
};

class Tracer {
public:
    explicit Tracer(TracerEvents events);
    /// Kills what is left, and reaps it.
    ~Tracer();
    Tracer(const Tracer&) = delete;
    Tracer& operator=(const Tracer&) = delete;

    /// Starts a program, traced from its first instruction. Returns its process id. Throws: std::system_error naming
    /// the program if it cannot be executed, or saying why nothing may be traced here.
    /// Needs: that this and all later calls come from one thread; the kernel knows it as the tracer.
    pid_t launch(const Launch& what);

    /// Takes the stops that wait, lets the programs go on and records what the stops meant. Call it when a SIGCHLD
    /// came. Returns how many stops there were. Busy programs never stop stopping: after some hundred it returns,
    /// having sent SIGCHLD to this process, so that the caller sees to its other work and comes back. Blocks: never
    /// without `patience`. With it, while stops come one upon the other, for so long: who waits for nothing else is
    /// woken sooner. SIGALRM is used meanwhile.
    std::size_t handle_stops(std::chrono::milliseconds patience = {});

    /// Processes (not threads) of `name` that have not ended; with an empty name, of all programs.
    std::vector<pid_t> living(const std::string& name = {}) const;

    /// True if every thread of `name` sleeps in the kernel or is stopped: it will do nothing until something comes.
    bool is_quiet(const std::string& name) const;

    /// Lets a held thread make its call; false if none is held under this number.
    bool release(std::uint64_t hold);

    /// The sockets of a program, each once, by process and descriptor. Ask while the program sleeps or is held: the
    /// kernel is asked through a copy of the descriptor, and if the program closes it in that instant, its FIN leaves
    /// when the copy is closed.
    std::vector<OpenSocketState> sockets(const std::string& name);

    /// How the process that launch() started ended, when it has.
    struct Ended {
        int status = 0;
        int signal = 0;
        bool success() const { return status == 0 && signal == 0; }
    };
    std::optional<Ended> ended(const std::string& name) const;

    /// Sends `signal` to every process of `name`.
    void send_signal(const std::string& name, int signal);

private:
    class Threads;

    std::unique_ptr<Threads> threads_;
};

}  // namespace sockstep::calls
