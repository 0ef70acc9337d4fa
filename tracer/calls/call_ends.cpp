// tracer/calls/call_ends.cpp - how calls end: by themselves, by a signal, with their thread.
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "calls/call_recorder.hpp"
#include "calls/names.hpp"

namespace sockstep::calls {

namespace {

using record::CallKind;

constexpr std::size_t most_restarting = 8;  // handlers that interrupted each other

/// The codes that only the kernel sees, and EINTR, which tells of a signal too.
bool tells_of_a_signal(std::int64_t result) {
    const std::int64_t code = -result;
    return code == EINTR || code == 512 || code == 513 || code == 514 || code == 516;
}

}  // namespace

void CallRecorder::leave(Thread& thread, base::Timestamp time) {
    const auto info = syscall_info(thread.tid);
    if (!info || info->op != PTRACE_SYSCALL_INFO_EXIT || !thread.call) {
        return;
    }
    const std::int64_t result = info->exit.rval;
    if (thread.call->switches) {
        if (const auto after = thread.switches.count(thread.tid, thread.call->alone)) {
            thread.call->slept = static_cast<std::uint32_t>(*after - *thread.call->switches - 1);  // 1: this stop
        }
    }
    if (info->exit.is_error != 0 && tells_of_a_signal(result)) {
        thread.call->interrupted = static_cast<int>(-result);
        thread.call->again = thread.call->args;
        return;
    }
    record::CallEnd end;
    end.result = result;
    if (info->exit.is_error != 0) {
        end.result = -1;
        end.error = error_name(static_cast<int>(-result));
    }
    finish(thread, std::move(end), time);
}

void CallRecorder::signal_comes(Thread& thread, int signal, base::Timestamp time) {
    OpenCall& call = *thread.call;
    const SignalActions& actions = thread.process->actions;
    const bool ignored = actions.ignores(signal);
    call.only_ignored = ignored && (call.signal == 0 || call.only_ignored);
    if (!ignored || call.signal == 0) {
        call.signal = signal;
    }
    if (ignored) {
        if (call.interrupted == EINTR) {
            undo_interruption(thread, time);
        }
    } else if (call.interrupted == EINTR) {
        settle(thread, time);
    } else if (actions.catches(signal)) {
        if (!actions.restarts(signal, static_cast<RestartCode>(call.interrupted))) {
            call.interrupted = EINTR;
        }
        settle(thread, time);
    }
}

bool CallRecorder::goes_on(Thread& thread) {
    OpenCall& call = *thread.call;
    const auto info = syscall_info(thread.tid);
    if (!call.only_ignored || !info || info->op != PTRACE_SYSCALL_INFO_SECCOMP ||
        info->seccomp.ret_data >= call_table().size() || call.stack != info->stack_pointer) {
        return false;
    }
    const Row& row = call_table()[info->seccomp.ret_data];
    const bool is_same = &row == call.row && std::ranges::equal(info->seccomp.args, call.again);
    if (!is_same && row.subject != Subject::Continuation) {
        return false;
    }
    call.interrupted = call.signal = 0;
    call.only_ignored = false;
    if (call.switches) {  // without those at the stops in between
        const auto now = thread.switches.count(thread.tid, call.alone);
        call.switches = now ? std::optional{*now - call.slept.value_or(0)} : std::nullopt;
    }
    return true;
}

/// Untraced, a signal that is ignored is not even delivered, and a call that fails with EINTR at any signal would not
/// have failed: so it is made again, with what is left of its timeout.
void CallRecorder::undo_interruption(Thread& thread, base::Timestamp time) {
    OpenCall& call = *thread.call;
    const auto timeout = static_cast<int>(call.args[3]);
    if (call.row->subject == Subject::Epoll && call.row->number != SYS_epoll_pwait2 && timeout > 0) {
        const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(time - call.time).count();
        call.again[3] = passed < timeout ? static_cast<std::uint64_t>(timeout - passed) : 0;
    }
    call_again(thread.tid, call.row->number, call.again);
    call.interrupted = static_cast<int>(RestartCode::NoInterrupt);
}

void CallRecorder::settle(Thread& thread, base::Timestamp time) {
    OpenCall& call = *thread.call;
    record::CallEnd end;
    end.signal = call.signal != 0 ? signal_name(call.signal) : "";
    if (call.interrupted == EINTR) {
        end.fate = record::CallFate::Interrupted;
        end.result = -1;
        end.error = "EINTR";
    } else {
        end.fate = record::CallFate::Restarted;
        if (thread.restarting.size() == most_restarting) {
            thread.restarting.erase(thread.restarting.begin());
        }
        thread.restarting.push_back(call);
        thread.restarting.back().args = call.again;
    }
    finish(thread, std::move(end), time);
}

void CallRecorder::end_in_call(Thread& thread, int signal, base::Timestamp time) {
    if (thread.call) {
        record::CallEnd end;
        end.fate = record::CallFate::ThreadEnded;
        end.signal = signal != 0 ? signal_name(signal) : "";
        finish(thread, std::move(end), time);
    }
}

void CallRecorder::finish(Thread& thread, record::CallEnd end, base::Timestamp time) {
    const OpenCall call = std::move(*thread.call);
    thread.call.reset();
    end.id = call.id;
    end.time = time;
    const bool returned = end.fate == record::CallFate::Returned;
    const Memory memory{thread.tid};
    const CallView view{memory, call.args, end.result};
    if (returned && end.result >= 0 && call.row->end != nullptr) {
        call.row->end(view, end);
    }
    if (returned && end.result >= 0 && call.row->subject == Subject::Sendfile &&
        static_cast<std::uint64_t>(end.result) < call.length) {
        const auto left = file_of_sendfile(thread, call);
        end.rest =
            left ? left->data.substr(0, static_cast<std::size_t>(call.length) - static_cast<std::size_t>(end.result))
                 : "";
    }
    if (call.discards) {
        end.data.clear();
    }
    end.slept = call.slept;
    if (call.fd >= 0 && call.kind != CallKind::Close && end.fate != record::CallFate::ThreadEnded) {
        const bool is_transfer = call.kind == CallKind::Send || call.kind == CallKind::Receive;
        end.socket = state(thread, call.fd, is_transfer ? Asked::Afterwards : Asked::All);
    }
    if (call.kind == CallKind::Wait && end.result > 0) {
        end.ready = ready_after(call.row->subject, view, call.watched);
    }
    if (returned) {
        add_made(thread, call, end);
        add_holders(thread, call, end);
    }
    records_.emplace_back(std::move(end));
}

}  // namespace sockstep::calls
