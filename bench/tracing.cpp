// bench/tracing.cpp - what tracing adds to a socket call, beside strace.
//
//   tracing [ROUND-TRIPS [RUNS]]     (by default 2000, 7 runs)
//
// The same ping-pong runs alone, under strace with a seccomp filter for the same calls, and under sockstep, in turns.
// The median of what each adds to a call counts; the ratio is to what strace adds in the same turn.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace {

struct Way {
    const char* name;
    std::vector<std::string> command;  // the ping-pong's is added
};

/// Runs it with its output thrown away; false if it is not installed. Exits where it fails.
bool run(std::vector<std::string> command) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (std::string& word : command) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        ::dup2(null, STDOUT_FILENO);
        ::dup2(null, STDERR_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    int status = 0;
    if (child == -1 || ::waitpid(child, &status, 0) != child) {
        throw std::system_error{errno, std::generic_category(), command[0]};
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        return false;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        std::fprintf(stderr, "tracing: %s failed\n", command[0].c_str());
        std::exit(1);
    }
    return true;
}

/// Microseconds a call takes; nothing if the tracer is not installed.
std::optional<double> time_of(const Way& way, const std::filesystem::path& here, const std::string& round_trips) {
    const std::filesystem::path file = here / "tracing.result";
    std::vector<std::string> command = way.command;
    command.insert(command.end(), {here / "ping-pong", round_trips, file});
    if (!run(command)) {
        return std::nullopt;
    }
    double result = 0;
    std::ifstream{file} >> result;
    std::filesystem::remove(file);
    return result;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    const std::string round_trips = argc > 1 ? argv[1] : "2000";
    const int turns = argc > 2 ? static_cast<int>(std::strtol(argv[2], nullptr, 10)) : 7;
    if (argc > 3 || turns < 1 || std::strtol(round_trips.c_str(), nullptr, 10) < 1) {
        std::fprintf(stderr, "usage: %s [ROUND-TRIPS [RUNS]]\n", argv[0]);
        return 2;
    }
    const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    const std::string sockstep = here.parent_path() / "bin" / "sockstep";
    constexpr std::size_t plain = 0;
    constexpr std::size_t strace = 1;
    const std::array ways{
        Way{"plain", {}},
        Way{"strace --seccomp-bpf",
            {"strace", "-f", "--seccomp-bpf", "-e", "trace=network,read,write,close", "-o", "/dev/null"}},
        Way{"sockstep run --calls-only", {sockstep, "run", "--calls-only", "--"}},
        Way{"sockstep run", {sockstep, "run", "--"}},
    };
    std::array<std::vector<double>, ways.size()> times;
    for (int turn = 0; turn <= turns; ++turn) {
        for (std::size_t i = 0; i < ways.size(); ++i) {
            const auto time = time_of(ways[i], here, round_trips);
            if (time && turn > 0) {  // the first turn only warms up
                times[i].push_back(*time);
            }
        }
    }
    std::printf("\n100 bytes to and fro over loopback, %s round trips, microseconds a call\n", round_trips.c_str());
    std::printf("%-28s %10s %10s %30s\n", "", "a call", "added", "of what strace adds");
    for (std::size_t i = 0; i < ways.size(); ++i) {
        if (times[i].empty()) {
            std::printf("%-28s not installed\n", ways[i].name);
            continue;
        }
        std::vector<double> added;
        std::vector<double> ratios;
        for (std::size_t turn = 0; turn < times[i].size(); ++turn) {
            added.push_back(times[i][turn] - times[plain][turn]);
            if (!times[strace].empty()) {
                ratios.push_back(added.back() / (times[strace][turn] - times[plain][turn]));
            }
        }
        std::printf("%-28s %10.1f %10.1f", ways[i].name, median(times[i]), median(added));
        if (!ratios.empty() && i != plain) {
            std::printf(" %12.2f (%.2f to %.2f)", median(ratios), *std::ranges::min_element(ratios),
                        *std::ranges::max_element(ratios));
        }
        std::printf("\n");
    }
    return 0;
}
