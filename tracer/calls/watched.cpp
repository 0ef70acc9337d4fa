// tracer/calls/watched.cpp - reads pollfd arrays, fd_sets and the interest list of an epoll instance.
#include "calls/watched.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/words.hpp"
#include "calls/names.hpp"
#include "calls/socket_state.hpp"

namespace sockstep::calls {

namespace {

constexpr std::size_t most_watched = 65536;
constexpr short always = POLLERR | POLLHUP | POLLNVAL;

// Source: the macros POLLIN_SET, POLLOUT_SET and POLLEX_SET of fs/select.c in the kernel
constexpr short ends_reading = POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR | POLLNVAL;
constexpr short ends_writing = POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR | POLLNVAL;
constexpr short ends_exception = POLLPRI | POLLNVAL;

bool has(short events, short any) {
    return (events & any) != 0;
}

Watched watch(int fd, short events, short satisfied) {
    Watched one;
    one.awaited.fd = fd;
    one.awaited.to_read = has(events, POLLIN | POLLRDNORM);
    one.awaited.to_write = has(events, POLLOUT | POLLWRNORM);
    one.events = events;
    one.satisfied = satisfied;
    return one;
}

void set_ready(record::Awaited& awaited, short events) {
    awaited.readable = has(events, POLLIN | POLLRDNORM);
    awaited.writable = has(events, POLLOUT | POLLWRNORM);
    awaited.other = has(events, POLLHUP | POLLRDHUP | POLLERR | POLLPRI | POLLNVAL);
}

std::vector<pollfd> poll_array(const CallView& call) {
    return call.memory.values<pollfd>(call.args[0], call.args[1] & 0xFFFFFFFF, most_watched);
}

std::vector<Watched> watched_by_poll(const CallView& call) {
    std::vector<Watched> all;
    for (const pollfd& each : poll_array(call)) {
        if (each.fd >= 0) {  // poll(2): "If this field is negative, then the corresponding events field is ignored"
            all.push_back(watch(each.fd, each.events, static_cast<short>(each.events | always)));
        }
    }
    return all;
}

/// The three sets of a select call, as bits by descriptor.
struct Sets {
    std::array<std::vector<std::uint64_t>, 3> bits;

    explicit Sets(const CallView& call) {
        const auto count = static_cast<std::uint64_t>(std::clamp<int>(call.number(0), 0, int{most_watched}));
        for (std::size_t set = 0; set < bits.size(); ++set) {
            if (call.args[set + 1] != 0) {
                bits[set] = call.memory.values<std::uint64_t>(call.args[set + 1], (count + 63) / 64, most_watched);
            }
        }
    }
    bool has(std::size_t set, int fd) const {
        const auto index = static_cast<std::size_t>(fd) / 64;
        return index < bits[set].size() && (bits[set][index] >> (static_cast<unsigned>(fd) % 64) & 1U) != 0;
    }
};

std::vector<Watched> watched_by_select(const CallView& call) {
    const Sets sets{call};
    std::vector<Watched> all;
    for (int fd = 0; fd < std::min<int>(call.number(0), int{most_watched}); ++fd) {
        const short events = static_cast<short>((sets.has(0, fd) ? POLLIN : 0) | (sets.has(1, fd) ? POLLOUT : 0) |
                                                (sets.has(2, fd) ? POLLPRI : 0));
        const short satisfied =
            static_cast<short>((sets.has(0, fd) ? ends_reading : 0) | (sets.has(1, fd) ? ends_writing : 0) |
                               (sets.has(2, fd) ? ends_exception : 0));
        if (events != 0) {
            all.push_back(watch(fd, events, satisfied));
        }
    }
    return all;
}

/// Source: proc(5), /proc/pid/fdinfo, "For epoll file descriptors"
std::vector<Watched> watched_by_epoll(const CallView& call, pid_t tid) {
    std::vector<Watched> all;
    std::ifstream file{fmt::format("/proc/{}/fdinfo/{}", tid, call.number(0))};
    for (std::string line; std::getline(file, line) && all.size() < most_watched;) {
        std::string_view text = line;  // "tfd: 5 events: 19 data: 5 pos:0 ino:1a2b sdev:8"
        const bool is_entry = base::next_word(text) == "tfd:";
        const auto fd = base::number_in<int>(base::next_word(text));
        base::next_word(text);
        const auto events = base::number_in<unsigned>(base::next_word(text), 16);
        base::next_word(text);
        const auto data = base::number_in<std::uint64_t>(base::next_word(text), 16);
        if (is_entry && fd && events && data) {
            const auto polled = static_cast<short>(*events & 0x7FFF);  // EPOLLIN is POLLIN, and so on
            all.push_back(watch(*fd, polled, static_cast<short>(polled | always)));
            all.back().data = *data;
        }
    }
    return all;
}

std::vector<record::Awaited> ready_after_poll(const CallView& call, const std::vector<Watched>& before) {
    std::vector<record::Awaited> ready;
    std::size_t index = 0;
    for (const pollfd& each : poll_array(call)) {
        if (each.fd < 0 || index >= before.size()) {
            continue;
        }
        record::Awaited awaited = before[index++].awaited;
        if (each.revents != 0 && awaited.fd == each.fd) {
            set_ready(awaited, each.revents);
            ready.push_back(awaited);
        }
    }
    return ready;
}

std::vector<record::Awaited> ready_after_select(const CallView& call, const std::vector<Watched>& before) {
    const Sets sets{call};
    std::vector<record::Awaited> ready;
    for (const Watched& each : before) {
        record::Awaited awaited = each.awaited;
        awaited.readable = sets.has(0, awaited.fd);
        awaited.writable = sets.has(1, awaited.fd);
        awaited.other = sets.has(2, awaited.fd);
        if (awaited.readable || awaited.writable || awaited.other) {
            ready.push_back(awaited);
        }
    }
    return ready;
}

/// A program may give two descriptors the same data; then it is not told which of them is meant.
std::vector<record::Awaited> ready_after_epoll(const CallView& call, const std::vector<Watched>& before) {
    std::vector<record::Awaited> ready;
    const auto count = static_cast<std::uint64_t>(call.result);
    for (const epoll_event& event : call.memory.values<epoll_event>(call.args[1], count, most_watched)) {
        const std::uint64_t data = event.data.u64;
        const auto same_data = [data](const Watched& each) { return each.data == data; };
        const auto found = std::ranges::find_if(before, same_data);
        if (found != before.end() && std::none_of(found + 1, before.end(), same_data)) {
            record::Awaited awaited = found->awaited;
            set_ready(awaited, static_cast<short>(event.events & 0x7FFF));
            ready.push_back(awaited);
        }
    }
    return ready;
}

constexpr std::size_t most_named = 16;  // of a long list no more are told

/// "[4 5]", "[4, 5, ...]".
class List {
public:
    explicit List(const char* between) : between_{between} {}
    void add(const std::string& item) {
        if (++count_ <= most_named + 1) {
            text_ += (count_ == 1 ? "" : between_) + (count_ <= most_named ? item : std::string{"..."});
        }
    }
    bool is_empty() const { return count_ == 0; }
    std::string text() const { return "[" + text_ + "]"; }

private:
    const char* between_;
    std::string text_;
    std::size_t count_ = 0;
};

std::vector<record::Argument> sets_of_select(const std::vector<Watched>& all) {
    std::vector<record::Argument> sets;
    for (const auto& [name, event] :
         {std::pair{"readfds", POLLIN}, std::pair{"writefds", POLLOUT}, std::pair{"exceptfds", POLLPRI}}) {
        List list{" "};
        for (const Watched& each : all) {
            if ((each.events & event) != 0) {
                list.add(std::to_string(each.awaited.fd));
            }
        }
        if (!list.is_empty()) {
            sets.push_back({name, list.text()});
        }
    }
    return sets;
}

}  // namespace

std::vector<record::Argument> as_arguments(Subject subject, const std::vector<Watched>& all) {
    if (subject == Subject::Select) {
        return sets_of_select(all);
    }
    if (subject != Subject::Poll) {
        return {};
    }
    List list{", "};
    for (const Watched& each : all) {
        list.add(fmt::format("{} {}", each.awaited.fd, poll_events(static_cast<std::uint16_t>(each.events))));
    }
    return {{"fds", list.text()}};
}

std::vector<Watched> watched(Subject subject, const CallView& call, Descriptors& descriptors, pid_t tid) {
    std::vector<Watched> all = subject == Subject::Poll     ? watched_by_poll(call)
                               : subject == Subject::Select ? watched_by_select(call)
                                                            : watched_by_epoll(call, tid);
    for (Watched& each : all) {
        const Descriptor descriptor = descriptors.at(each.awaited.fd, tid);
        each.terminal = descriptor.kind == Descriptor::Kind::Terminal;
        each.device = descriptor.device;
        if (descriptor.is_socket()) {
            each.awaited.socket = descriptor.inode;
        }
    }
    return all;
}

bool ask_readiness(std::vector<Watched>& all, int pidfd) {
    std::vector<os::Fd> copies;
    std::vector<pollfd> asked;
    bool complete = true;
    for (const Watched& each : all) {
        copies.push_back(copy_descriptor(pidfd, each.awaited.fd));
        complete = complete && copies.back().is_open();
        asked.push_back({copies.back().value(), each.events, 0});  // poll() passes over -1
    }
    if (::poll(asked.data(), asked.size(), 0) == -1) {
        return false;
    }
    for (std::size_t index = 0; index < all.size(); ++index) {
        set_ready(all[index].awaited, asked[index].revents);
        all[index].ready = has(asked[index].revents, all[index].satisfied);
    }
    return complete;
}

std::vector<record::Awaited> ready_after(Subject subject, const CallView& call, const std::vector<Watched>& before) {
    switch (subject) {
        case Subject::Poll:
            return ready_after_poll(call, before);
        case Subject::Select:
            return ready_after_select(call, before);
        default:
            return ready_after_epoll(call, before);
    }
}

}  // namespace sockstep::calls
