// tracer/app/demo_stage.cpp - performs the script's steps, and waits for what it waits for.
#include "app/demo_stage.hpp"

#include <fmt/format.h>

#include <cassert>
#include <charconv>
#include <system_error>
#include <utility>
#include <variant>

#include "decode/frame.hpp"
#include "os/poll.hpp"

namespace sockstep::app {

namespace {

constexpr const char* loopback = "lo";
constexpr const char* address = "127.0.0.1";
constexpr std::uint32_t buffer = 4U * 1024 * 1024;       // octets: a short conversation
constexpr std::chrono::milliseconds longest_delay{500};  // of a frame in the capture's buffer, and far more than usual

base::Timestamp now() {
    return std::chrono::system_clock::now();
}

std::uint16_t to_port(const std::string& text) {
    std::uint16_t port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
}

}  // namespace

Stage::Stage(const DemoOptions& options, const DemoEvents& events, ChatPrograms programs)
    : options_{options}, programs_{std::move(programs)}, deadline_{options.deadline}, chronicle_{events} {}

DemoResult Stage::play() {
    for (;;) {
        for (const ChatScript::Action& action : script_.next_actions()) {
            perform(action);
        }
        if (script_.finished() || result_.interrupted) {
            break;
        }
        if (script_.stuck()) {
            fail("which will not happen any more");
        }
        wait_for_events();
    }
    for (const Actor actor : {Actor::Bob, Actor::Alice, Actor::Server}) {
        part(actor).child.reset();  // has ended, or ends now because the user wants it
    }
    take_last_frames();
    chronicle_.finish(now());
    return result_;
}

void Stage::perform(const ChatScript::Action& action) {
    const Actor actor = action.step.actor;
    switch (action.step.does) {
        case Step::Does::Starts:
            return start(actor);
        case Step::Does::Captures:
            return begin_capture();
        case Step::Does::Types:
            return type(actor, action.typed);
        case Step::Does::Stops:
            return part(actor).child->send_signal(SIGTERM);
        case Step::Does::Prints:
        case Step::Does::TellsPort:
        case Step::Does::TellsGroup:
        case Step::Does::Exits:
            break;
    }
    assert(false);  // these are not for us to do
}

void Stage::start(Actor actor) {
    os::Program program{.path = programs_.client, .arguments = {address, script_.port()}, .joins_errors = true};
    if (actor == Actor::Server) {
        program.path = programs_.server;
        program.arguments = {"--port", "0", "--bind", address};
    } else {
        ++clients_;
    }
    part(actor).child.emplace(program);
    part(actor).prints = true;
}

void Stage::begin_capture() {
    capture::LiveOptions what;
    what.interface = loopback;
    what.filter = "tcp port " + script_.port();
    what.buffer = buffer;
    live_.emplace(what);
    closings_.emplace(to_port(script_.port()));
}

void Stage::type(Actor actor, const std::string& line) {
    chronicle_.typed(now(), actor, line);  // before it is typed, as segments come of it at once
    try {
        part(actor).child->type(line + "\n");
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::broken_pipe) {
            throw;
        }
        // It has ended. Its output says why, and the script will be stuck.
    }
}

void Stage::wait_for_events() {
    os::Poll poll;
    poll.add(signals_.fd());
    poll.add(deadline_.fd());
    if (live_) {
        poll.add(live_->fd());
    }
    for (const Part& each : parts_) {
        if (each.child) {
            poll.add(each.prints ? each.child->output() : each.child->pidfd());
        }
    }
    poll.wait();
    // First: Ctrl-C reaches the programs too, and that they end is no surprise then.
    if (signals_.read()) {
        result_.interrupted = true;
        return;
    }
    if (poll.ready(deadline_.fd())) {
        fail(fmt::format("which did not happen within {} s", options_.deadline.count()));
    }
    take_frames();
    for (const Actor actor : actors) {
        Part& each = part(actor);
        if (each.child && each.prints && poll.ready(each.child->output())) {
            listen_to(actor);
        } else if (each.child && !each.prints && poll.ready(each.child->pidfd())) {
            reap(actor);
        }
    }
}

void Stage::listen_to(Actor actor) {
    std::string text;
    part(actor).prints = part(actor).child->read_output(text);
    chronicle_.printed(now(), actor, text);
    script_.printed(actor, text);
}

void Stage::reap(Actor actor) {
    const os::ExitStatus status = part(actor).child->wait();
    part(actor).child.reset();
    result_.program_ends.push_back(fmt::format("{}: {}", name_of(actor), os::to_string(status)));
    script_.exited(actor, status.success());
}

void Stage::take_frames() {
    if (!live_) {
        return;
    }
    live_->dispatch([this](const record::Frame& frame) {
        const decode::Decoded decoded = decode::decode(frame.link, frame.bytes, frame.wire_length);
        if (const auto* segment = std::get_if<decode::TcpSegment>(&decoded)) {
            closings_->add(*segment);
        }
        chronicle_.frame(frame);
    });
}

/// All programs have ended, so their kernel has sent all it will send. The last segments may still be in the capture's
/// buffer: wait for them, or until it is certain that they were lost.
void Stage::take_last_frames() {
    if (!live_) {
        return;
    }
    const os::Deadline last_moment{longest_delay};
    for (take_frames(); closings_->closed() < clients_; take_frames()) {
        os::Poll poll;
        poll.add(live_->fd());
        poll.add(signals_.fd());
        poll.add(last_moment.fd());
        poll.wait();
        if (poll.ready(last_moment.fd()) || poll.ready(signals_.fd())) {
            take_frames();
            break;
        }
    }
    result_.dropped_frames = live_->statistics().dropped_by_kernel;
}

void Stage::fail(const std::string& what) {
    std::string message = fmt::format("the demo waited for {}, {}", script_.waits_for(), what);
    for (const std::string& end : result_.program_ends) {
        message += "; " + end;
    }
    for (const Actor actor : actors) {
        if (!script_.unread(actor).empty()) {
            message += fmt::format("; last words of {}: {}", name_of(actor), script_.unread(actor));
        }
    }
    throw DemoFailed{message};
}

}  // namespace sockstep::app
