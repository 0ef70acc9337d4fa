// tests/calls/traced_run.cpp - a loop as the application has one: signals, output, stops.
#include "calls/traced_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "os/check.hpp"
#include "os/pipe.hpp"

namespace sockstep::calls {

namespace {

/// What the tests were started with is not for the programs: with and without a tracer, their descriptors begin at 3.
class OwnDescriptors : public testing::Environment {
public:
    void SetUp() override { os::check(::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC), "close_range"); }
};

const testing::Environment* const own_descriptors = testing::AddGlobalTestEnvironment(new OwnDescriptors);

}  // namespace

TracedRun::TracedRun() : signals_{SIGCHLD} {
    os::Pipe pipe = os::make_pipe();
    output_reader_ = std::move(pipe.reader);
    output_writer_ = std::move(pipe.writer);
    os::check(::fcntl(output_reader_.value(), F_SETFL, O_NONBLOCK), "fcntl");
    tracer_.emplace(TracerEvents{[this](record::Event event) { events_.push_back(std::move(event)); },
                                 [this](const WaitsForInput&) { ++waits_for_input_; }});
}

pid_t TracedRun::start(std::vector<std::string> arguments, const std::string& name) {
    const os::Fd null{os::check(::open("/dev/null", O_RDONLY | O_CLOEXEC), "open")};
    Launch launch;
    launch.name = name;
    launch.host = "host";
    launch.path = arguments.at(0);
    launch.arguments = std::move(arguments);
    launch.input = null.value();
    launch.output = output_writer_.value();
    launch.error = output_writer_.value();
    return tracer_->launch(launch);
}

pid_t TracedRun::start_on_terminal(std::vector<std::string> arguments, const std::string& name) {
    terminal_ = os::Fd{os::check(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), "posix_openpt")};
    os::check(::grantpt(terminal_.value()), "grantpt");
    os::check(::unlockpt(terminal_.value()), "unlockpt");
    const os::Fd slave{os::check(::open(::ptsname(terminal_.value()), O_RDWR | O_NOCTTY | O_CLOEXEC), "open")};
    terminal_is_used_ = true;
    Launch launch;
    launch.name = name;
    launch.host = "host";
    launch.path = arguments.at(0);
    launch.arguments = std::move(arguments);
    launch.input = launch.output = launch.error = slave.value();
    launch.controlling_terminal = true;
    return tracer_->launch(launch);
}

void TracedRun::type(const std::string& text) {
    ASSERT_EQ(::write(terminal_.value(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

void TracedRun::until(const std::function<bool()>& condition) {
    while (!condition()) {
        if (tracer_->living().empty()) {
            FAIL() << "all programs have ended; output: " << output();
        }
        wait_for_something();
    }
}

void TracedRun::to_the_end() {
    while (!tracer_->living().empty()) {
        wait_for_something();
    }
}

/// A program with much to print must not wait for us.
void TracedRun::wait_for_something() {
    std::array<pollfd, 3> watched{
        {{signals_.fd(), POLLIN, 0}, {output_reader_.value(), POLLIN, 0}, {terminal_.value(), POLLIN, 0}}};
    os::check(::poll(watched.data(), watched.size(), -1), "poll");
    while (signals_.read()) {
    }
    read_output();
    tracer_->handle_stops(patience_);
    if ((watched[2].revents & POLLIN) == 0 && (watched[2].revents & POLLHUP) != 0) {
        terminal_is_used_ = false;  // nobody has it open any more; closed by us now, it would kill its session
    }
}

void TracedRun::read_output() {
    std::array<char, 65536> octets{};
    for (const os::Fd* source : {&output_reader_, &terminal_}) {
        for (;;) {
            const ssize_t count = source->is_open() ? ::read(source->value(), octets.data(), octets.size()) : 0;
            if (count <= 0) {
                break;
            }
            output_.append(octets.data(), static_cast<std::size_t>(count));
        }
    }
}

std::string TracedRun::output() {
    read_output();
    return output_;
}

std::vector<record::Process> TracedRun::processes() const {
    std::vector<record::Process> all;
    for (const record::Event& event : events_) {
        if (const auto* process = std::get_if<record::Process>(&event)) {
            all.push_back(*process);
        }
    }
    return all;
}

std::vector<RecordedCall> TracedRun::calls(const std::string& name) const {
    std::vector<RecordedCall> all;
    std::map<std::uint64_t, std::size_t> places;
    for (const record::Event& event : events_) {
        if (const auto* begin = std::get_if<record::CallBegin>(&event)) {
            if (name.empty() || begin->name == name) {
                places[begin->id] = all.size();
                all.push_back({*begin});
            }
        } else if (const auto* end = std::get_if<record::CallEnd>(&event)) {
            if (const auto place = places.find(end->id); place != places.end()) {
                EXPECT_FALSE(all[place->second].end) << "call " << end->id << " ended twice";
                all[place->second].end = *end;
            }
        }
    }
    return all;
}

RecordedCall TracedRun::only(const std::string& name) const {
    const auto all = calls(name);
    EXPECT_EQ(all.size(), 1U) << name;
    return all.empty() ? RecordedCall{} : all.front();
}

bool TracedRun::has_begun(const std::string& name, std::size_t times) const {
    return calls(name).size() >= times;
}

std::string text_of(const std::vector<record::Argument>& arguments, const std::string& name) {
    const auto found = std::ranges::find(arguments, name, &record::Argument::name);
    if (found == arguments.end()) {
        return "absent";
    }
    return std::visit([](const auto& value) { return fmt::format("{}", value); }, found->value);
}

std::string to_string(const RecordedCall& call) {
    std::string text = call.begin.fd >= 0 ? fmt::format("{}({})", call.begin.name, call.begin.fd)
                                          : fmt::format("{}()", call.begin.name);
    if (!call.end) {
        return text + " ...";
    }
    switch (call.end->fate) {
        case record::CallFate::Returned:
            text += fmt::format(" = {}", call.end->result);
            return call.end->error.empty() ? text : text + " " + call.end->error;
        case record::CallFate::Restarted:
            return text + " restarted " + call.end->signal;
        case record::CallFate::Interrupted:
            return text + " interrupted " + call.end->signal;
        case record::CallFate::ThreadEnded:
            return text + " ended " + call.end->signal;
        case record::CallFate::Unfinished:
            return text + " unfinished";
    }
    return text;
}

std::vector<std::string> names_of(const std::vector<RecordedCall>& calls) {
    std::vector<std::string> names;
    names.reserve(calls.size());
    for (const RecordedCall& call : calls) {
        names.push_back(call.begin.name);
    }
    return names;
}

}  // namespace sockstep::calls
