// tracer/os/child.hpp - a program that we start, talk to through pipes, and outlive.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/exit_status.hpp"
#include "os/fd.hpp"

namespace sockstep::os {

/// What to start.
struct Program {
    std::string path;  // find_program() knows it; PATH is not searched here
    std::vector<std::string> arguments{};
    std::vector<std::string> environment{};  // "NAME=value", added to ours or in its place
    bool joins_errors = false;               // what it writes to standard error comes out with its standard output
};

/// A running program with a pipe to its standard input and one from its standard output. It does not survive us: its
/// destructor ends it, and the kernel kills it should we die without a destructor.
class Child {
public:
    /// Throws: std::system_error naming the program when it cannot be executed.
    /// Needs: that the thread which calls this lives on; for the kernel its end is the parent's end.
    explicit Child(const Program& program);
    /// Ends it with SIGTERM, after two seconds with SIGKILL, and reaps it.
    ~Child();
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return pid_; }
    /// Readable from the moment when it has ended.
    int pidfd() const { return pidfd_.value(); }
    /// Readable when read_output() would not block.
    int output() const { return output_.value(); }

    /// Types `text` into its standard input. Blocks: while 64 KiB that it has not read wait there. Throws:
    /// std::system_error (EPIPE) if it has closed its standard input or ended.
    void type(std::string_view text);
    /// Its standard input comes to an end, as after Ctrl-D.
    void close_input() { input_.reset(); }

    /// Appends what it has written to `into`; false when there will be no more. Blocks: until there is something.
    bool read_output(std::string& into);

    /// Sends `signal`, unless it has been reaped.
    void send_signal(int signal);

    /// Reaps it. Blocks: until it has ended. Asked again, says the same again.
    ExitStatus wait();

private:
    Child() = default;

    void end() noexcept;

    std::string name_;
    pid_t pid_ = -1;
    std::optional<ExitStatus> status_;
    Fd pidfd_;
    Fd input_;
    Fd output_;
};

}  // namespace sockstep::os
