// tracer/app/run_stage_end.cpp - how a run ends: programs come to rest, are asked to end, and what they left is taken.
#include <signal.h>

#include <algorithm>
#include <chrono>

#include "app/run_stage.hpp"
#include "os/deadline.hpp"
#include "os/poll.hpp"

namespace sockstep::app {

namespace {

constexpr std::chrono::seconds patience{2};  // between one signal and the next, and for programs to come to rest
constexpr std::chrono::milliseconds last_frames{100};
constexpr std::chrono::seconds longest_last{5};

}  // namespace

/// Until what is left has come to rest: servers have taken the last FIN before they are asked to end.
void RunStage::settle() {
    const os::Deadline deadline{patience};
    int quiet_rounds = 0;
    constexpr int enough = 3;
    std::uint64_t seen = frames_;
    while (quiet_rounds < enough && interruptions_ < 2) {
        wait_for_events(&deadline);
        if (desk_ == nullptr) {
            show();
        }
        const bool wire_rests = !wire_ || wire_->is_empty();
        const bool rests = is_quiet() && wire_rests && frames_ == seen;
        quiet_rounds = rests && !kernels_owe() ? quiet_rounds + 1 : 0;
        seen = frames_;
        os::Poll poll;
        poll.add(deadline.fd());
        poll.wait(0);
        if (poll.ready(deadline.fd()) || tracer_.living().empty()) {
            break;
        }
    }
}

/// Something was sent that its receiver has not acknowledged: should it be lost, its kernel will send it again. Of a
/// handshake that nobody answers nothing is owed to a server.
bool RunStage::kernels_owe() const {
    return std::ranges::any_of(kernels_, [](const calls::TcpTable& kernel) {
        return std::ranges::any_of(kernel.connections(), [](const record::Socket& connection) {
            return connection.send_queue.value_or(0) > 0 && connection.state != "SYN-SENT";
        });
    });
}

void RunStage::end_programs() {
    for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
        if (signal == SIGKILL || interruptions_ < 2) {
            end_with(signal);
        }
    }
}

void RunStage::end_with(int signal) {
    if (signal != SIGINT || !told_to_end_) {
        end_.signal(signal);
    }
    const os::Deadline deadline{patience};
    wait_until([this] { return tracer_.living().empty(); }, &deadline);
}

/// All programs have ended, so all they printed is there to be read, and their kernel has sent nearly all it will send.
void RunStage::take_the_last() {
    take_output();
    if (live_) {
        const os::Deadline deadline{last_frames};
        os::Poll poll;
        poll.add(deadline.fd());
        poll.wait();
        take_frames();
    } else if (wire_) {
        carry_the_last();
    }
    late_ = telling_.finish();
}

/// Kernels finish without their programs what those have begun: it is carried as all before, until nothing more comes.
void RunStage::carry_the_last() {
    const os::Deadline longest{longest_last};  // a kernel that is not answered repeats itself for minutes
    while (true) {
        const os::Deadline silence{last_frames};
        os::Poll poll;
        poll.add(longest.fd());
        poll.add(silence.fd());
        for (const int fd : wire_->fds()) {
            poll.add(fd);
        }
        poll.wait();
        const bool moved = wire_->handle() > 0;
        if (poll.ready(longest.fd()) || (!moved && poll.ready(silence.fd()) && wire_->is_empty())) {
            return;
        }
    }
}

RunResult RunStage::result() {
    RunResult result = end_.result();
    result.success = result.success && failure_.empty();
    result.failure = failure_;
    result.dropped_frames = live_ ? live_->statistics().dropped_by_kernel : wire_ ? wire_->statistics().missed : 0;
    result.late = late_;
    return result;
}

}  // namespace sockstep::app
