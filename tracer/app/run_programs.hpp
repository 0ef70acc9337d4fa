// tracer/app/run_programs.hpp - the programs of a run: started under the tracer, typed into, listened to, ended.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/run_plan.hpp"
#include "base/timestamp.hpp"
#include "calls/tracer.hpp"
#include "os/fd.hpp"
#include "os/poll.hpp"
#include "os/pseudo_terminal.hpp"
#include "record/process.hpp"

namespace sockstep::app {

/// A program cannot be found. what() names it, and where it was looked for.
class NoSuchProgram : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Where a program runs.
struct Place {
    std::string host{};  // of the lab; empty: where we are
    int network = -1;
};

/// Where its file is: beside sockstep, in PATH, or where its name says. Throws: NoSuchProgram.
std::string path_of(const PlannedProgram& program);

/// One program. Its standard input and output are a terminal of its own, its standard error another one, so that each
/// text is known to be of one or the other.
class RunningProgram {
public:
    /// Finds the program's file. Throws: NoSuchProgram.
    explicit RunningProgram(PlannedProgram plan);

    const std::string& name() const { return plan_.name; }
    bool is_server() const { return plan_.is_server; }

    /// Throws: std::system_error naming the program, or /dev/tty.
    void start(calls::Tracer& tracer, os::WindowSize size, const Place& place);
    bool has_started() const { return started_; }

    using Take = std::function<void(record::Output)>;
    /// Hands over what was printed since the last time.
    void listen(const Take& take);
    /// It waits for input: types its next line, or the end of the input when there is none any more.
    void type(const Take& take);

    /// Lines were planned for it: after the last one its input ends.
    bool has_plan() const { return !plan_.lines.empty(); }
    /// Lines that have not been typed yet.
    bool has_lines() const { return !lines_.empty(); }
    /// Types a line of somebody's choice, after those that are planned.
    void add_line(std::string line) { lines_.push_back(std::move(line)); }

    void add_to(os::Poll& poll) const;
    void resize(os::WindowSize size);

private:
    struct Stream {
        os::PseudoTerminal terminal;
        record::Stream which;
        bool open = true;
    };

    void start_on_terminals(calls::Launch launch, calls::Tracer& tracer, os::WindowSize size);
    static void start_on_ours(calls::Launch launch, calls::Tracer& tracer);
    void listen_to(Stream& stream, const Take& take);

    PlannedProgram plan_;
    std::string path_;
    bool started_ = false;
    std::deque<std::string> lines_;
    std::optional<Stream> output_;
    std::optional<Stream> errors_;
};

}  // namespace sockstep::app
