// bench/compare.cpp - how fast sockstep reads a capture, beside what people would use instead.
//
//   compare [SEGMENTS [RUNS]]        (by default ten million segments, five runs)
//
// Every figure is taken in this one call: the programs take turns on the same file, the median run counts, and each
// rate stands as a ratio to the bare loop's. The files are made anew from a seed and removed at the end.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace {

using Seconds = std::chrono::duration<double>;

struct Peer {
    std::string name;
    std::vector<std::string> command;  // the capture's name is added
};

struct Run {
    double wall = 0;
    double cpu = 0;
    double megabytes = 0;  // the largest resident set
};

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Runs a program with its output thrown away; nothing if it is not installed. Exits where it fails.
std::optional<Run> run(std::vector<std::string> command) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (std::string& word : command) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        ::dup2(null, STDOUT_FILENO);
        ::dup2(null, STDERR_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    int status = 0;
    rusage usage{};
    if (child == -1 || ::wait4(child, &status, 0, &usage) != child) {
        throw std::system_error{errno, std::generic_category(), command[0]};
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        return std::nullopt;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        std::fprintf(stderr, "compare: %s failed\n", command[0].c_str());
        std::exit(1);
    }
    const Seconds wall = std::chrono::steady_clock::now() - begin;
    return Run{wall.count(), seconds(usage.ru_utime) + seconds(usage.ru_stime),
               static_cast<double>(usage.ru_maxrss) / 1024};
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

std::vector<double> all(const std::vector<Run>& runs, double Run::*member) {
    std::vector<double> values;
    values.reserve(runs.size());
    for (const Run& run : runs) {
        values.push_back(run.*member);
    }
    return values;
}

/// Lets the peers take turns on `file`, the first being the one that the others are measured by.
void compare(const std::vector<Peer>& peers, const std::string& file, std::uint64_t segments, int turns) {
    std::vector<std::vector<Run>> runs(peers.size());
    for (int turn = 0; turn <= turns; ++turn) {
        for (std::size_t i = 0; i < peers.size(); ++i) {
            std::vector<std::string> command = peers[i].command;
            command.push_back(file);
            const std::optional<Run> result = run(command);
            if (result && turn > 0) {  // the first turn only warms up
                runs[i].push_back(*result);
            }
        }
    }
    std::printf("%-28s %10s %22s %8s %8s\n", "", "segments/s", "ratio (least, most)", "CPU s", "RSS MB");
    for (std::size_t i = 0; i < peers.size(); ++i) {
        if (runs[i].empty()) {
            std::printf("%-28s not installed\n", peers[i].name.c_str());
            continue;
        }
        std::vector<double> ratios;
        for (std::size_t turn = 0; turn < runs[i].size(); ++turn) {
            ratios.push_back(runs[0][turn].wall / runs[i][turn].wall);
        }
        const double rate = static_cast<double>(segments) / median(all(runs[i], &Run::wall));
        std::printf("%-28s %9.2fM %7.3f (%.3f, %.3f) %8.2f %8.1f\n", peers[i].name.c_str(), rate / 1e6, median(ratios),
                    *std::ranges::min_element(ratios), *std::ranges::max_element(ratios),
                    median(all(runs[i], &Run::cpu)), median(all(runs[i], &Run::megabytes)));
        std::fflush(stdout);
    }
}

/// A file of `segments` segments, a hundred to a connection, a thousand connections open at a time.
std::string make_capture(const std::filesystem::path& here, const std::filesystem::path& folder,
                         std::uint64_t segments) {
    std::string file = folder / ("compare-" + std::to_string(segments) + ".pcap");
    const std::uint64_t connections = std::max<std::uint64_t>(1, segments / 100);
    std::printf("\n%llu segments in %llu connections, a thousand open at a time\n",
                static_cast<unsigned long long>(segments), static_cast<unsigned long long>(connections));
    if (!run({here / "make-capture", file, std::to_string(segments), std::to_string(connections), "1000", "1"})) {
        std::fprintf(stderr, "compare: make-capture is missing\n");
        std::exit(1);
    }
    return file;
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t segments = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
    const int turns = argc > 2 ? static_cast<int>(std::strtol(argv[2], nullptr, 10)) : 5;
    if (argc > 3 || segments < 1000 || turns < 1) {
        std::fprintf(stderr, "usage: %s [SEGMENTS (1000 or more) [RUNS]]\n", argv[0]);
        return 2;
    }
    const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    const std::string sockstep = here.parent_path() / "bin" / "sockstep";
    const Peer bare{"bare libpcap loop", {here / "bare-loop"}};
    const Peer summary{"sockstep read --summary", {sockstep, "read", "--summary"}};

    const std::string large = make_capture(here, here, segments);
    compare({bare, summary}, large, segments, turns);
    std::filesystem::remove(large);

    const std::uint64_t fewer = std::max<std::uint64_t>(1000, segments / 50);
    const std::string small = make_capture(here, here, fewer);
    compare({bare,
             summary,
             {"sockstep read (ladder)", {sockstep, "read"}},
             {"sockstep read --json", {sockstep, "read", "--json"}},
             {"tcptrace -n", {"tcptrace", "-n"}},
             {"tshark -q -z conv,tcp", {"tshark", "-q", "-z", "conv,tcp", "-r"}}},
            small, fewer, 1);
    std::filesystem::remove(small);
    return 0;
}
