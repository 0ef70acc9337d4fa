// tracer/calls/queries.cpp - what the tracer can tell of its programs at any moment.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include "calls/threads.hpp"

namespace sockstep::calls {

namespace {

/// 'S' for asleep until something comes, 't' for a ptrace stop, and others. Source: proc(5), /proc/pid/stat
char state_of(pid_t tid) {
    std::ifstream file{fmt::format("/proc/{}/stat", tid)};
    std::string text;
    std::getline(file, text);
    const std::size_t name_end = text.rfind(')');
    return name_end != std::string::npos && name_end + 2 < text.size() ? text[name_end + 2] : 'X';
}

}  // namespace

std::vector<pid_t> Tracer::Threads::living(const std::string& name) const {
    std::vector<pid_t> pids;
    for (const auto& [pid, process] : processes_) {
        if (name.empty() || process->program->name == name) {
            pids.push_back(pid);
        }
    }
    std::ranges::sort(pids);
    return pids;
}

bool Tracer::Threads::is_quiet(const std::string& name) const {
    return early_.empty() && std::ranges::all_of(threads_, [&](const auto& each) {
               const Thread& thread = each.second;
               if (thread.process->program->name != name) {
                   return true;
               }
               const char state = state_of(thread.tid);
               const bool stays_stopped = thread.listening || thread.held != 0;
               return state == 'S' || state == 'Z' || state == 'X' || (state == 't' && stays_stopped);
           });
}

std::vector<OpenSocketState> Tracer::Threads::sockets(const std::string& name) {
    std::vector<OpenSocketState> sockets;
    std::set<std::uint64_t> inodes;
    for (const pid_t pid : living(name)) {
        for (const OpenSocket& each : open_sockets(pid)) {
            const os::Fd copy = copy_descriptor(processes_.at(pid)->pidfd.value(), each.fd);
            auto socket = copy.is_open() ? calls_.ask(copy.value()) : std::nullopt;
            if (socket && inodes.insert(socket->inode).second) {
                sockets.push_back({pid, each.fd, std::move(*socket)});
            }
        }
    }
    return sockets;
}

std::optional<Tracer::Ended> Tracer::Threads::ended(const std::string& name) const {
    for (const auto& program : programs_) {
        if (program->name == name) {
            return program->ended;
        }
    }
    return std::nullopt;
}

void Tracer::Threads::send_signal(const std::string& name, int signal) {
    for (const pid_t pid : living(name)) {
        ::kill(pid, signal);
    }
}

}  // namespace sockstep::calls
