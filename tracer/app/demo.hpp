// tracer/app/demo.hpp - sockstep demo: a real conversation on this machine, captured as it happens.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.hpp"
#include "os/exit_status.hpp"
#include "record/frame.hpp"

namespace sockstep::app {

/// What the demo tells while it runs. Frames come in the order captured, and each line between them where its time is.
struct DemoEvents {
    /// A frame of the conversation; its octets live until this returns.
    std::function<void(const record::Frame&)> frame;
    /// What "Alice", "Bob" or "server" printed, a line at a time, or what was typed into it; without newline. A prompt
    /// is a line that is followed by what was typed behind it.
    std::function<void(base::Timestamp time, std::string_view program, std::string_view text, bool typed)> line;
    /// Once, before all else, if there is something to say: where the demo runs.
    std::function<void(std::string_view)> notice;
};

struct DemoOptions {
    std::chrono::seconds deadline{60};  // for all of it; on an idle machine it takes about one
    std::string folders;                // where the chat's programs are, as in PATH; empty: beside us, then in PATH
};

/// The demo could not be played: a program is missing or did something unexpected.
/// what() says which, what was waited for, and what to do.
class DemoFailed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// How it went.
struct DemoResult {
    bool interrupted = false;               // by SIGINT or SIGTERM: then it ended early, and cleanly
    std::uint64_t dropped_frames = 0;       // the kernel's capture buffer was full
    std::vector<std::string> program_ends;  // "server: exit status 0"
};

/// Plays the conversation. When it returns or throws, all programs it started have ended and are reaped. Where this
/// process has no right to capture, it moves into a private network first, and stays there.
/// Needs: a process with one thread. Blocks: until the conversation is over, about a second.
/// Throws: DemoFailed, CannotCapture, std::system_error, and what `events` throw.
DemoResult demo(const DemoOptions& options, const DemoEvents& events);

}  // namespace sockstep::app
