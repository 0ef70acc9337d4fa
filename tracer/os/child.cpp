// tracer/os/child.cpp - fork, execve, and what lies between them.
#include "os/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <ctime>
#include <utility>

#include "os/check.hpp"
#include "os/pipe.hpp"
#include "os/prepared_child.hpp"

namespace sockstep::os {

namespace {

constexpr int patience = 2000;  // milliseconds between SIGTERM and SIGKILL

/// What the child needs between fork() and execve(); made before, because there nothing may be allocated.
struct Plan {
    const char* path;
    char* const* arguments;
    char* const* environment;
    int input;
    int output;
    int failure;  // closes itself when execve() succeeds; otherwise errno is written to it
    bool joins_errors;
    pid_t parent;
};

std::vector<std::string> environment_with(const std::vector<std::string>& additions) {
    std::vector<std::string> all = additions;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view ours{*variable};
        const std::string_view name = ours.substr(0, ours.find('=') + 1);
        const bool replaced =
            std::ranges::any_of(additions, [&](const std::string& addition) { return addition.starts_with(name); });
        if (!replaced) {
            all.emplace_back(ours);
        }
    }
    return all;
}

/// The child's side. Only async-signal-safe functions, and no exceptions. Source: signal-safety(7).
[[noreturn]] void become(const Plan& plan) {
    const bool dies_with_us = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
    if (::getppid() != plan.parent) {
        ::_exit(127);  // the parent died before the prctl(), so the signal will not come
    }
    reset_signals();
    const bool connected = ::dup2(plan.input, STDIN_FILENO) != -1 && ::dup2(plan.output, STDOUT_FILENO) != -1 &&
                           (!plan.joins_errors || ::dup2(plan.output, STDERR_FILENO) != -1);
    if (dies_with_us && connected) {
        ::execve(plan.path, plan.arguments, plan.environment);
    }
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(plan.failure, &error, sizeof error);
    ::_exit(127);
}

/// By number: sys/pidfd.h of glibc 2.36 declares the function, but not as C's, so C++ cannot call it.
Fd open_pidfd(pid_t pid) {
    return Fd{static_cast<int>(check(::syscall(SYS_pidfd_open, pid, 0), "pidfd_open"))};
}

/// Blocks until the child has become its program or has failed to.
void wait_for_exec(const Fd& failure, const std::string& path) {
    int error = 0;
    ssize_t count = 0;
    do {
        count = ::read(failure.value(), &error, sizeof error);
    } while (count == -1 && errno == EINTR);
    if (count > 0) {
        errno = error;
        throw_errno("start " + path);
    }
}

/// Reaps `pid`; false if that cannot be.
bool reap(pid_t pid, int& status) noexcept {
    pid_t reaped = -1;
    do {
        reaped = ::waitpid(pid, &status, 0);
    } while (reaped == -1 && errno == EINTR);
    return reaped == pid;
}

/// write(2) without SIGPIPE, which would be the end of us because a program we started has ended. A pipe has no
/// MSG_NOSIGNAL, so the signal is held back and, if it came, taken away. Source: pthread_sigmask(3), sigtimedwait(2).
ssize_t write_quietly(int fd, std::string_view text) {
    sigset_t broken_pipe{};
    sigset_t before{};
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    check(::sigprocmask(SIG_BLOCK, &broken_pipe, &before), "sigprocmask");
    const ssize_t written = ::write(fd, text.data(), text.size());
    const int error = errno;
    if (written == -1 && error == EPIPE) {
        const timespec at_once{};
        ::sigtimedwait(&broken_pipe, nullptr, &at_once);
    }
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return written;
}

}  // namespace

// Delegates to the empty constructor: from there on the destructor cleans up whatever is thrown here.
Child::Child(const Program& program) : Child{} {
    name_ = program.path.substr(program.path.rfind('/') + 1);
    Pipe input = make_pipe();
    Pipe output = make_pipe();
    Pipe failure = make_pipe();
    std::vector<std::string> arguments{name_};
    arguments.insert(arguments.end(), program.arguments.begin(), program.arguments.end());
    const std::vector<std::string> environment = environment_with(program.environment);
    const std::vector<char*> argument_pointers = pointers_to(arguments);
    const std::vector<char*> environment_pointers = pointers_to(environment);
    const Plan plan{program.path.c_str(),  argument_pointers.data(), environment_pointers.data(), input.reader.value(),
                    output.writer.value(), failure.writer.value(),   program.joins_errors,        ::getpid()};

    pid_ = check(::fork(), "fork");
    if (pid_ == 0) {
        become(plan);
    }
    pidfd_ = open_pidfd(pid_);
    failure.writer.reset();
    wait_for_exec(failure.reader, program.path);
    input_ = std::move(input.writer);
    output_ = std::move(output.reader);
}

Child::~Child() {
    end();
}

Child::Child(Child&& other) noexcept
    : name_{std::move(other.name_)},
      pid_{std::exchange(other.pid_, -1)},
      status_{std::exchange(other.status_, std::nullopt)},
      pidfd_{std::move(other.pidfd_)},
      input_{std::move(other.input_)},
      output_{std::move(other.output_)} {}

void Child::type(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write_quietly(input_.value(), text);
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            throw_errno("type into " + name_);
        }
    }
}

bool Child::read_output(std::string& into) {
    std::array<char, 4096> bytes{};
    for (;;) {
        const ssize_t count = ::read(output_.value(), bytes.data(), bytes.size());
        if (count >= 0) {
            into.append(bytes.data(), static_cast<std::size_t>(count));
            return count > 0;
        }
        if (errno != EINTR) {
            throw_errno("read the output of " + name_);
        }
    }
}

void Child::send_signal(int signal) {
    assert(pid_ > 0);
    if (!status_) {  // until it is reaped nobody else can have its id
        check(::kill(pid_, signal), "kill");
    }
}

ExitStatus Child::wait() {
    if (!status_) {
        int status = 0;
        if (!reap(pid_, status)) {
            throw_errno("wait for " + name_);
        }
        status_ = ExitStatus::from_wait(status);
    }
    return *status_;
}

void Child::end() noexcept {
    if (pid_ == -1 || status_) {
        return;
    }
    input_.reset();
    output_.reset();
    ::kill(pid_, SIGTERM);
    pollfd ended{pidfd_.value(), POLLIN, 0};
    if (!pidfd_.is_open() || ::poll(&ended, 1, patience) != 1) {
        ::kill(pid_, SIGKILL);
    }
    int status = 0;
    reap(pid_, status);
    pid_ = -1;
}

}  // namespace sockstep::os
