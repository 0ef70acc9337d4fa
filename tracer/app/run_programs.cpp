// tracer/app/run_programs.cpp - terminals and launches.
#include "app/run_programs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "os/check.hpp"
#include "os/clock.hpp"
#include "os/programs.hpp"

namespace sockstep::app {

std::string path_of(const PlannedProgram& program) {
    const std::string& file = program.words.front();
    if (file.find('/') != std::string::npos) {
        if (::access(file.c_str(), F_OK) == 0) {
            return file;  // whether it can be executed is said when it is
        }
        throw NoSuchProgram{fmt::format("{}: there is no file {}", program.name, file)};
    }
    auto path = os::find_program(file);
    if (!path) {
        throw NoSuchProgram{
            fmt::format("{}: there is no program {}, neither beside sockstep nor in PATH", program.name, file)};
    }
    return *path;
}

RunningProgram::RunningProgram(PlannedProgram plan)
    : plan_{std::move(plan)}, path_{path_of(plan_)}, lines_{plan_.lines.begin(), plan_.lines.end()} {}

void RunningProgram::start(calls::Tracer& tracer, os::WindowSize size, const Place& place) {
    calls::Launch launch;
    launch.host = place.host;
    launch.network = place.network;
    launch.name = plan_.name;
    launch.path = path_;
    launch.arguments = plan_.words;
    if (plan_.attached) {
        start_on_ours(std::move(launch), tracer);
    } else {
        start_on_terminals(std::move(launch), tracer, size);
    }
    started_ = true;
}

/// Our copies of its ends are closed as soon as it has its own, so that its terminals end with it.
void RunningProgram::start_on_terminals(calls::Launch launch, calls::Tracer& tracer, os::WindowSize size) {
    output_.emplace(Stream{os::PseudoTerminal{size}, record::Stream::Output});
    errors_.emplace(Stream{os::PseudoTerminal{size}, record::Stream::Error});
    launch.input = launch.output = output_->terminal.programs_end();
    launch.error = errors_->terminal.programs_end();
    launch.controlling_terminal = true;
    tracer.launch(launch);
    output_->terminal.release();
    errors_->terminal.release();
}

void RunningProgram::start_on_ours(calls::Launch launch, calls::Tracer& tracer) {
    const os::Fd terminal{os::check(::open("/dev/tty", O_RDWR | O_CLOEXEC), "open(/dev/tty), which --attach needs")};
    launch.input = launch.output = launch.error = terminal.value();
    tracer.launch(launch);
}

void RunningProgram::listen(const Take& take) {
    for (std::optional<Stream>* stream : {&output_, &errors_}) {
        if (*stream && (*stream)->open) {
            listen_to(**stream, take);
        }
    }
}

void RunningProgram::listen_to(Stream& stream, const Take& take) {
    record::Output output;
    stream.open = stream.terminal.read(output.text);
    if (!output.text.empty()) {
        output.time = os::now();
        output.program = plan_.name;
        output.stream = stream.which;
        take(std::move(output));
    }
}

void RunningProgram::type(const Take& take) {
    if (!output_ || !output_->open) {
        return;
    }
    listen(take);  // what it asked comes before the answer
    record::Output input{.time = os::now(), .program = plan_.name, .stream = record::Stream::Input, .text = {}};
    if (lines_.empty()) {
        if (output_->terminal.end_input()) {
            take(std::move(input));
        }
        return;
    }
    if (output_->terminal.type(lines_.front())) {
        input.text = lines_.front() + "\n";
        lines_.pop_front();
        take(std::move(input));
    }
}

void RunningProgram::add_to(os::Poll& poll) const {
    for (const std::optional<Stream>* stream : {&output_, &errors_}) {
        if (*stream && (*stream)->open) {
            poll.add((*stream)->terminal.fd());
        }
    }
}

void RunningProgram::resize(os::WindowSize size) {
    for (std::optional<Stream>* stream : {&output_, &errors_}) {
        if (*stream && (*stream)->open) {
            (*stream)->terminal.resize(size);
        }
    }
}

}  // namespace sockstep::app
