// tracer/calls/ptrace.cpp - the requests, and what a wait status means.
#include "calls/ptrace.hpp"

#include <elf.h>
#include <linux/audit.h>
#include <signal.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sockstep::calls {

namespace {

Stop::Kind kind_of_event(int event, int signal) {
    switch (event) {
        case PTRACE_EVENT_SECCOMP:
            return Stop::Kind::CallEntry;
        case PTRACE_EVENT_FORK:
        case PTRACE_EVENT_VFORK:
        case PTRACE_EVENT_CLONE:
            return Stop::Kind::Fork;
        case PTRACE_EVENT_EXEC:
            return Stop::Kind::Exec;
        case PTRACE_EVENT_EXIT:
            return Stop::Kind::Exiting;
        case PTRACE_EVENT_STOP:
            return signal == SIGTRAP ? Stop::Kind::Trap : Stop::Kind::Group;
        default:
            return Stop::Kind::Other;
    }
}

#if defined(__x86_64__)
constexpr std::uint32_t our_architecture = AUDIT_ARCH_X86_64;
using Registers = user_regs_struct;

void set_call(Registers& registers, int number, const std::array<std::uint64_t, 6>& arguments) {
    registers.rax = static_cast<unsigned long long>(number);
    registers.rip -= 2;  // the length of the instruction `syscall`
    registers.rdi = arguments[0];
    registers.rsi = arguments[1];
    registers.rdx = arguments[2];
    registers.r10 = arguments[3];
    registers.r8 = arguments[4];
    registers.r9 = arguments[5];
}
#elif defined(__aarch64__)
constexpr std::uint32_t our_architecture = AUDIT_ARCH_AARCH64;
using Registers = user_regs_struct;

void set_call(Registers& registers, int number, const std::array<std::uint64_t, 6>& arguments) {
    registers.regs[8] = static_cast<unsigned long long>(number);
    registers.pc -= 4;  // the length of the instruction `svc`
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        registers.regs[index] = arguments[index];
    }
}
#else
#error "calls: which registers hold a system call's arguments on this architecture?"
#endif

}  // namespace

Stop Stop::from_wait(pid_t tid, int status) {
    if (WIFEXITED(status)) {
        return {tid, Kind::Exited, WEXITSTATUS(status), 0};
    }
    if (WIFSIGNALED(status)) {
        return {tid, Kind::Killed, 0, WTERMSIG(status)};
    }
    const int signal = WSTOPSIG(status);
    constexpr int syscall_stop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD
    if (signal == syscall_stop) {
        return {tid, Kind::CallExit, 0, 0};
    }
    const int event = status >> 16;
    return {tid, event == 0 ? Kind::Signal : kind_of_event(event, signal), 0, signal};
}

namespace {

std::optional<Stop> see_stop(int more) {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOWAIT | __WALL | more) == -1 || info.si_pid == 0) {
        return std::nullopt;
    }
    const int status = info.si_code == CLD_EXITED    ? W_EXITCODE(info.si_status, 0)
                       : info.si_code == CLD_TRAPPED ? W_STOPCODE(info.si_status)
                                                     : W_EXITCODE(0, info.si_status);
    return Stop::from_wait(info.si_pid, status);
}

}  // namespace

std::optional<Stop> waiting_stop() {
    return see_stop(WNOHANG);
}

std::optional<Stop> wait_for_stop() {
    return see_stop(0);
}

std::optional<Stop> take_stop(pid_t tid) {
    int status = 0;
    return ::waitpid(tid, &status, WNOHANG | __WALL) == tid ? std::optional{Stop::from_wait(tid, status)}
                                                            : std::nullopt;
}

void resume(pid_t tid, int signal) {
    ::ptrace(PTRACE_CONT, tid, nullptr, static_cast<long>(signal));
}

void resume_until_exit(pid_t tid) {
    ::ptrace(PTRACE_SYSCALL, tid, nullptr, 0L);
}

void stay_stopped(pid_t tid) {
    ::ptrace(PTRACE_LISTEN, tid, nullptr, 0L);
}

std::optional<unsigned long> event_message(pid_t tid) {
    unsigned long message = 0;
    if (::ptrace(PTRACE_GETEVENTMSG, tid, nullptr, &message) == -1) {
        return std::nullopt;
    }
    return message;
}

/// Source: sigaction(2), si_code: SI_USER is kill(2)
pid_t sender_of_signal(pid_t tid) {
    siginfo_t info{};
    return ::ptrace(PTRACE_GETSIGINFO, tid, nullptr, &info) == 0 && info.si_code == SI_USER ? info.si_pid : 0;
}

std::optional<__ptrace_syscall_info> syscall_info(pid_t tid) {
    __ptrace_syscall_info info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) <= 0) {
        return std::nullopt;
    }
    return info;
}

void call_again(pid_t tid, int number, const std::array<std::uint64_t, 6>& arguments) {
    Registers registers{};
    iovec room{&registers, sizeof registers};
    if (::ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &room) == 0) {
        set_call(registers, number, arguments);
        ::ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &room);
    }
}

bool is_foreign(pid_t tid) {
    const auto info = syscall_info(tid);
    return info && info->arch != our_architecture;
}

}  // namespace sockstep::calls
