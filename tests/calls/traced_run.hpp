// tests/calls/traced_run.hpp - one run of programs under the tracer, with all that was recorded.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "calls/tracer.hpp"
#include "os/fd.hpp"
#include "os/signal_fd.hpp"
#include "record/event.hpp"

namespace sockstep::calls {

/// A call with its end.
struct RecordedCall {
    record::CallBegin begin;
    std::optional<record::CallEnd> end{};
};

/// Starts programs, waits for what they do, and keeps every record.
class TracedRun {
public:
    TracedRun();

    /// Starts `arguments`; the first is the file. Its output is kept; its input is empty.
    pid_t start(std::vector<std::string> arguments, const std::string& name = "program");
    /// The same with a pseudo-terminal as its input, output and errors.
    pid_t start_on_terminal(std::vector<std::string> arguments, const std::string& name = "program");
    /// Types into that terminal.
    void type(const std::string& text);

    /// Blocks: until `condition` holds, asked after each round of stops. Fails the test if all have ended without it.
    void until(const std::function<bool()>& condition);
    /// Blocks: until all have ended.
    void to_the_end();

    /// The tracer may wait for stops by itself for so long.
    void let_tracer_wait(std::chrono::milliseconds patience) { patience_ = patience; }

    Tracer& tracer() { return *tracer_; }
    /// Ends the tracer, and with it all programs.
    void end_tracer() { tracer_.reset(); }

    const std::vector<record::Event>& events() const { return events_; }
    std::vector<record::Process> processes() const;
    /// In the order in which they began; all, or those of one name.
    std::vector<RecordedCall> calls(const std::string& name = {}) const;
    /// The only call of that name. Fails the test if it is not the only one.
    RecordedCall only(const std::string& name) const;
    bool has_begun(const std::string& name, std::size_t times = 1) const;
    std::string output();
    std::size_t waits_for_input() const { return waits_for_input_; }

private:
    void wait_for_something();
    void read_output();

    os::SignalFd signals_;
    os::Fd output_reader_;
    os::Fd output_writer_;
    os::Fd terminal_;
    bool terminal_is_used_ = false;
    std::string output_;
    std::vector<record::Event> events_;
    std::size_t waits_for_input_ = 0;
    std::chrono::milliseconds patience_{};
    std::optional<Tracer> tracer_;
};

/// The value of an argument or result, as text; "absent" if there is none of that name.
std::string text_of(const std::vector<record::Argument>& arguments, const std::string& name);

/// "recv(3) = 5", "connect(3) = -1 ECONNREFUSED", "accept(3) restarted": for failures and sequences.
std::string to_string(const RecordedCall& call);
std::vector<std::string> names_of(const std::vector<RecordedCall>& calls);

}  // namespace sockstep::calls
