// tracer/app/demo_stage.hpp - the demo's programs, its capture, and the one loop that waits for all of them.
#pragma once

#include <signal.h>

#include <array>
#include <optional>
#include <string>

#include "app/demo.hpp"
#include "app/demo_chronicle.hpp"
#include "app/demo_closings.hpp"
#include "app/demo_script.hpp"
#include "capture/live.hpp"
#include "os/child.hpp"
#include "os/deadline.hpp"
#include "os/signal_fd.hpp"

namespace sockstep::app {

struct ChatPrograms {
    std::string server;  // paths
    std::string client;
};

/// Plays one script, once. Its destructor ends what still runs: the clients, then the server.
class Stage {
public:
    Stage(const DemoOptions& options, const DemoEvents& events, ChatPrograms programs);

    /// See demo().
    DemoResult play();

private:
    struct Part {
        std::optional<os::Child> child;
        bool prints = false;  // its output has not come to its end
    };

    Part& part(Actor actor) { return parts_[static_cast<std::size_t>(actor)]; }

    void perform(const ChatScript::Action& action);
    void start(Actor actor);
    void begin_capture();
    void type(Actor actor, const std::string& line);
    void wait_for_events();
    void listen_to(Actor actor);
    void reap(Actor actor);
    void take_frames();
    void take_last_frames();
    [[noreturn]] void fail(const std::string& what);

    DemoOptions options_;
    ChatPrograms programs_;
    os::SignalFd signals_{SIGINT, SIGTERM};
    os::Deadline deadline_;
    ChatScript script_;
    Chronicle chronicle_;
    DemoResult result_;
    std::optional<capture::Live> live_;
    std::optional<Closings> closings_;
    std::size_t clients_ = 0;
    std::array<Part, actors.size()> parts_;
};

}  // namespace sockstep::app
