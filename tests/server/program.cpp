// tests/server/program.cpp - fork, exec, poll, waitpid.
#include "server/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "server/check.hpp"

namespace support {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{90};

/// One read, if anything comes before `deadline`. False at the end of the stream.
bool read_some(int fd, std::string& unread, Clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{fd, POLLIN, 0};
    if (left <= 0 || check(poll(&waiting, 1, static_cast<int>(left)), "poll") == 0) {
        throw std::runtime_error{"nothing more came for too long"};
    }
    std::array<char, 65536> bytes{};
    const ssize_t count = read(fd, bytes.data(), bytes.size());
    if (count <= 0) {
        return false;  // the end; ECONNRESET; EIO of a terminal whose program has ended
    }
    unread.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
}

}  // namespace

std::string read_until(int fd, std::string& unread, std::string_view text) {
    const Clock::time_point deadline = Clock::now() + patience;
    std::size_t searched = 0;
    for (;;) {
        const std::size_t found = unread.find(text, searched);
        if (found != std::string::npos) {
            std::string result = unread.substr(0, found + text.size());
            unread.erase(0, result.size());
            return result;
        }
        searched = unread.size() < text.size() ? 0 : unread.size() - text.size();
        std::string problem = "the stream ended";
        bool more = false;
        try {
            more = read_some(fd, unread, deadline);
        } catch (const std::runtime_error& timeout) {
            problem = timeout.what();
        }
        if (!more) {
            std::string story{"waiting for \""};
            story.append(text).append("\": ").append(problem).append(", after \"").append(unread).append("\"");
            throw std::runtime_error{story};
        }
    }
}

std::string read_to_end(int fd, std::string& unread) {
    const Clock::time_point deadline = Clock::now() + patience;
    while (read_some(fd, unread, deadline)) {
    }
    return std::exchange(unread, {});
}

Program::Program(const Start& start) {
    std::array<int, 2> in{-1, -1};
    std::array<int, 2> out{-1, -1};
    std::array<int, 2> err{-1, -1};
    if (start.terminal) {
        const int master = check(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
        check(grantpt(master), "grantpt");
        check(unlockpt(master), "unlockpt");
        const int slave = check(open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC), "open(the terminal)");
        in = {slave, master};
        out = {fcntl(master, F_DUPFD_CLOEXEC, 0), fcntl(slave, F_DUPFD_CLOEXEC, 0)};
    } else {
        check(pipe2(in.data(), O_CLOEXEC), "pipe2");
        check(pipe2(out.data(), O_CLOEXEC), "pipe2");
    }
    check(pipe2(err.data(), O_CLOEXEC), "pipe2");

    pid_ = check(fork(), "fork");
    if (pid_ == 0) {
        start_child(start, in[0], out[1], err[1]);
    }
    for (const int childs : {in[0], out[1], err[1]}) {
        close(childs);
    }
    input_ = in[1];
    output_ = out[0];
    errors_ = err[0];
}

void Program::start_child(const Start& start, int in, int out, int err) const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves nothing behind
    setsid();
    if (start.terminal) {
        ioctl(in, TIOCSCTTY, 0);
    }
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    if (start.open_files) {
        const rlimit limit{*start.open_files, *start.open_files};
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    for (const std::string& variable : start.environment) {
        putenv(const_cast<char*>(variable.c_str()));
    }
    std::vector<char*> arguments;
    for (const std::string& argument : start.command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);  // what we were started with is not for it
    execv(arguments.front(), arguments.data());
    _exit(127);
}

Program::~Program() {
    if (!status_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    for (const int fd : {input_, output_, errors_}) {
        if (fd != -1) {
            close(fd);
        }
    }
}

std::string Program::wait_for(std::string_view text) {
    return read_until(output_, unread_output_, text);
}
std::string Program::rest_of_output() {
    return read_to_end(output_, unread_output_);
}
std::string Program::wait_for_error(std::string_view text) {
    return read_until(errors_, unread_errors_, text);
}
std::string Program::errors() {
    return read_to_end(errors_, unread_errors_);
}

void Program::type(std::string_view text) const {
    while (!text.empty()) {
        const int count = check(static_cast<int>(write(input_, text.data(), text.size())), "write");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void Program::end_input() {
    check(close(std::exchange(input_, -1)), "close");
}

void Program::stop_reading() {
    check(close(std::exchange(output_, -1)), "close");
}

void Program::signal(int number) const {
    check(::kill(pid_, number), "kill");
}

bool Program::echoes() const {
    termios settings{};
    check(tcgetattr(output_, &settings), "tcgetattr");
    return (settings.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
}

int Program::wait() {
    if (!status_) {
        // Its standard error ends when it ends; so the deadline there is the deadline here.
        std::string errors;
        while (read_some(errors_, errors, Clock::now() + patience)) {
        }
        unread_errors_ += errors;
        int status = 0;
        check(waitpid(pid_, &status, 0), "waitpid");
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    return *status_;
}

}  // namespace support
