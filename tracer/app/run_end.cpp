// tracer/app/run_end.cpp - signals sent, exit statuses told.
#include "app/run_end.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <optional>

#include "os/exit_status.hpp"

namespace sockstep::app {

void RunEnd::signal(int number) {
    for (const RunningProgram& program : programs_) {
        if (!tracer_.living(program.name()).empty()) {
            if (!has_ended(program)) {
                sent_[program.name()] = number;
            }
            tracer_.send_signal(program.name(), number);
        }
    }
}

RunResult RunEnd::result() const {
    RunResult result;
    for (const RunningProgram& program : programs_) {
        result.ends += result.ends.empty() ? "" : "; ";
        result.ends += fmt::format("{}: {}", program.name(), end_of(program, result.success));
    }
    return result;
}

/// A server that we had to end is fine if SIGINT or SIGTERM sufficed: it serves until it is told. Any other program has
/// not done its work then, whoever wanted the end: `--until`, Ctrl-C or `quit`.
std::string RunEnd::end_of(const RunningProgram& program, bool& success) const {
    const auto ended = program.has_started() ? tracer_.ended(program.name()) : std::nullopt;
    if (!ended) {
        success = false;
        return program.has_started() ? "still there" : "not started";
    }
    std::string how = to_string(ended->signal != 0 ? os::ExitStatus::killed_by(ended->signal)
                                                   : os::ExitStatus::exited(ended->status));
    const auto sent = sent_.find(program.name());
    if (sent == sent_.end()) {
        success = success && ended->success();
        return how;
    }
    const int signal = sent->second;
    const bool obeyed = signal != SIGKILL && (ended->signal == 0 || ended->signal == signal);
    success = success && program.is_server() && obeyed;
    return ended->signal == signal
               ? how + " from sockstep"
               : fmt::format("{} after {} from sockstep", how, signal == SIGINT ? "SIGINT" : "SIGTERM");
}

}  // namespace sockstep::app
