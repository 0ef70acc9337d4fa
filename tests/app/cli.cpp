// tests/app/cli.cpp - fork, exec, and memory files for what goes in and comes out.
#include "app/cli.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <stdexcept>

#include "os/check.hpp"
#include "os/fd.hpp"

namespace sockstep::app::test {

namespace {

os::Fd memory_file(std::string_view content = {}) {
    os::Fd fd{os::check(::memfd_create("cli_test", MFD_CLOEXEC), "memfd_create")};
    os::check(::fchmod(fd.value(), 0666), "fchmod");
    for (std::size_t written = 0; written < content.size();) {
        written += static_cast<std::size_t>(
            os::check(::write(fd.value(), content.data() + written, content.size() - written), "write"));
    }
    os::check(::lseek(fd.value(), 0, SEEK_SET), "lseek");
    return fd;
}

std::string content_of(const os::Fd& fd) {
    std::string text;
    std::array<char, 65536> part{};
    for (off_t at = 0;; at += static_cast<off_t>(text.size() - static_cast<std::size_t>(at))) {
        const ssize_t count = os::check(::pread(fd.value(), part.data(), part.size(), at), "pread");
        text.append(part.data(), static_cast<std::size_t>(count));
        if (count == 0) {
            return text;
        }
    }
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        pointers.push_back(const_cast<char*>(text.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

void drop_privileges(uid_t user) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(user, user, user) != 0 || ::setresuid(user, user, user) != 0) {
        ::_exit(126);
    }
}

/// The child's side.
[[noreturn]] void become(const std::vector<char*>& arguments, const std::vector<char*>& environment,
                         const Conditions& conditions, const std::array<int, 3>& streams) {
    if (conditions.user && ::geteuid() == 0) {
        drop_privileges(*conditions.user);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // after the change of user, which resets it
    for (int fd = 0; fd < 3; ++fd) {
        ::dup2(streams.at(static_cast<std::size_t>(fd)), fd);
    }
    for (const int fd : conditions.closed) {
        ::close(fd);
    }
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);  // what we were started with is not for it
    ::execve(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
}

int wait_for(pid_t pid) {
    const os::Fd ended{static_cast<int>(os::check(::syscall(SYS_pidfd_open, pid, 0), "pidfd_open"))};
    pollfd readable{ended.value(), POLLIN, 0};
    const bool in_time = ::poll(&readable, 1, patience) == 1;
    if (!in_time) {
        ::kill(pid, SIGKILL);
    }
    int status = 0;
    os::check(::waitpid(pid, &status, 0), "waitpid");
    if (!in_time) {
        throw std::runtime_error{"sockstep did not end"};
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

Outcome run(const std::vector<std::string>& arguments, const Conditions& conditions) {
    const os::Fd in = memory_file(conditions.input);
    const os::Fd out = conditions.output_path.empty()
                           ? memory_file()
                           : os::Fd{os::check(::open(conditions.output_path.c_str(), O_WRONLY | O_CLOEXEC), "open")};
    const os::Fd err = memory_file();
    std::vector<std::string> all = command(arguments);
    if (conditions.without_namespaces) {
        all.insert(all.begin(), WITHOUT_NAMESPACES);
    }
    const std::vector<char*> argument_pointers = pointers_to(all);
    const std::vector<char*> environment_pointers = pointers_to(conditions.environment);
    const pid_t pid = os::check(::fork(), "fork");
    if (pid == 0) {
        become(argument_pointers, environment_pointers, conditions, {in.value(), out.value(), err.value()});
    }
    Outcome outcome;
    outcome.status = wait_for(pid);
    outcome.out = conditions.output_path.empty() ? content_of(out) : "";
    outcome.err = content_of(err);
    return outcome;
}

std::vector<std::string> command(const std::vector<std::string>& arguments) {
    std::vector<std::string> all{SOCKSTEP};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
}

std::optional<uid_t> ordinary_user() {
    constexpr uid_t nobody = 65534;
    return ::geteuid() == 0 ? std::optional{nobody} : std::nullopt;
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
        all.push_back(line);
    }
    return all;
}

std::vector<nlohmann::json> json_lines(const std::string& text) {
    std::vector<nlohmann::json> all;
    for (const std::string& line : lines(text)) {
        all.push_back(nlohmann::json::parse(line));
    }
    return all;
}

std::vector<nlohmann::json> of_type(const std::vector<nlohmann::json>& all, std::string_view type) {
    std::vector<nlohmann::json> some;
    for (const nlohmann::json& one : all) {
        if (one.at("type") == type) {
            some.push_back(one);
        }
    }
    return some;
}

}  // namespace sockstep::app::test
