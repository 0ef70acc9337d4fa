// tracer/app/step_input.cpp - read(2), where it has something, and lines cut out of it.
#include "app/step_input.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>

namespace sockstep::app {

StepInput::StepInput(std::optional<std::vector<std::string>> script) {
    if (script) {
        script_.emplace(script->begin(), script->end());
    } else if (::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1) {
        terminal_.emplace();
    }
}

void StepInput::add_to(os::Poll& poll, bool is_stopped) const {
    const bool reads_lines = !script_ && is_stopped;
    if (!nothing_more_ && (terminal_ || reads_lines)) {
        poll.add(STDIN_FILENO);
    }
}

StepInput::Taken StepInput::take(bool is_stopped) {
    if (terminal_) {
        return take_keys();
    }
    if (!is_stopped || ended_) {
        return {};
    }
    std::optional<std::string> line = script_ ? next_of_script() : next_line();
    return line ? Taken{{std::move(*line)}, true} : Taken{};
}

StepInput::Taken StepInput::take_keys() {
    const std::string octets = read();
    ended_ = nothing_more_;
    return {keys_.press(octets), !octets.empty()};
}

std::optional<std::string> StepInput::next_of_script() {
    if (script_->empty()) {
        ended_ = true;
        return std::nullopt;
    }
    std::string line = std::move(script_->front());
    script_->pop_front();
    return line;
}

/// The last line needs no newline.
std::optional<std::string> StepInput::next_line() {
    if (unread_.find('\n') == std::string::npos) {
        unread_ += read();
    }
    const std::size_t newline = unread_.find('\n');
    if (newline == std::string::npos && (!nothing_more_ || unread_.empty())) {
        ended_ = nothing_more_;
        return std::nullopt;
    }
    std::string line = unread_.substr(0, newline);
    unread_.erase(0, newline == std::string::npos ? newline : newline + 1);
    return line;
}

/// What is there now; empty where nothing is.
std::string StepInput::read() {
    os::Poll poll;
    poll.add(STDIN_FILENO);
    poll.wait(0);
    if (nothing_more_ || !poll.ready(STDIN_FILENO)) {
        return {};
    }
    std::array<char, 4096> octets{};
    const ssize_t count = ::read(STDIN_FILENO, octets.data(), octets.size());
    if (count > 0) {
        return {octets.data(), static_cast<std::size_t>(count)};
    }
    nothing_more_ = count == 0 || (errno != EINTR && errno != EAGAIN);
    return {};
}

}  // namespace sockstep::app
