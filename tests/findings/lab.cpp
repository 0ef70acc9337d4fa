// tests/findings/lab.cpp - starts programs, waits for events, and joins what was seen.
#include "findings/lab.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <regex>

#include "os/check.hpp"
#include "os/fd.hpp"

namespace sockstep::findings {

namespace {

std::uint16_t swapped(std::uint16_t port) {
    return htons(port);  // on the little-endian machines that the tests know
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// 0: it is not free. Otherwise the port, chosen by the kernel if `wanted` is 0.
std::uint16_t bound(std::uint16_t wanted) {
    const os::Fd socket{os::check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    sockaddr_in address = loopback(wanted);
    socklen_t size = sizeof address;
    if (::bind(socket.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return 0;
    }
    os::check(::getsockname(socket.value(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);
}

}  // namespace

std::uint16_t free_port() {
    for (;;) {
        const std::uint16_t port = bound(0);
        if (swapped(port) > 1024 && swapped(port) != port && bound(swapped(port)) != 0) {
            return port;
        }
    }
}

Lab::Lab(std::uint16_t port)
    : port_{port},
      capture_{{.interface = "lo", .filter = fmt::format("port {}", port)}},
      sequencer_{{[this](const record::Frame& frame) { correlator_.add(frame); },
                  [this](record::Event event) { correlator_.add(std::move(event)); }}} {}

void Lab::until_somebody_listens() {
    until([this] {
        return std::ranges::any_of(run_.calls("listen"), [this](const calls::RecordedCall& call) {
            const auto& socket = call.begin.socket;
            return call.end && call.end->result == 0 && socket && socket->local &&
                   (socket->local->port == port_ || socket->local->port == swapped(port_));
        });
    });
}

void Lab::until_ended(const std::string& name) {
    if (!run_.tracer().living(name).empty()) {
        until([&] { return run_.tracer().living(name).empty() || run_.tracer().living().empty(); });
    }
}

void Lab::until_a_process_ended() {
    until([this] {
        return std::ranges::any_of(run_.processes(), [](const record::Process& process) {
            return process.change == record::ProcessChange::Exit;
        });
    });
}

/// That a call has begun is told by a stop; that it sleeps by then, only the kernel knows, and must be asked. A thread
/// that waits for us at a stop counts as quiet too, so none may be left.
void Lab::until_asleep(record::CallKind kind, std::size_t calls) {
    until([&] {
        for (;;) {
            std::size_t going_on = 0;
            bool quiet = true;
            for (const calls::RecordedCall& call : run_.calls()) {
                if (call.begin.kind == kind && !call.end) {
                    ++going_on;
                    quiet = quiet && run_.tracer().is_quiet(call.begin.program);
                }
            }
            if (going_on < calls) {
                return false;
            }
            if (run_.tracer().handle_stops() == 0 && quiet) {
                return true;
            }
            ::sched_yield();
        }
    });
}

/// The kernel's buffer holds frames only as long as it has room, so they are taken in each round.
void Lab::until(const std::function<bool()>& condition) {
    run_.until([&] {
        drain();
        return condition();
    });
}

bool Lab::drain() {
    constexpr std::size_t protocol = 14 + 9;  // where an IPv4 header in Ethernet says what it carries
    bool datagram_came = false;
    while (capture_.dispatch([&](const record::Frame& frame) {
        datagram_came = datagram_came || (frame.bytes.size() > protocol && frame.bytes[protocol] == IPPROTO_UDP);
        sequencer_.add(app::kept(frame));
    }) != 0) {
    }
    return datagram_came;
}

/// All frames have come when that of a datagram sent now has.
void Lab::take_frames() {
    const os::Fd socket{os::check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")};
    const sockaddr_in address = loopback(port_);
    os::check(::sendto(socket.value(), "end", 3, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address),
              "sendto");
    while (!drain()) {
        pollfd frames{capture_.fd(), POLLIN, 0};
        os::check(::poll(&frames, 1, -1), "poll");
    }
}

const correlate::Timeline& Lab::timeline() {
    if (!over_) {
        over_ = true;
        for (const pid_t pid : run_.tracer().living()) {
            os::check(::kill(pid, SIGINT), "kill");
        }
        until([this] { return run_.tracer().living().empty(); });
        for (const record::Event& event : run_.events()) {
            sequencer_.add(event);
        }
        take_frames();
        sequencer_.finish();
        correlator_.finish();
    }
    return correlator_.timeline();
}

std::string golden(const std::vector<Finding>& findings, std::uint16_t port) {
    std::string text;
    for (const Finding& each : findings) {
        text += fmt::format("{} {}: {}\n  -> {}\n", name(each.severity), each.id, each.says, each.advice);
    }
    const auto replace = [&text](const std::string& pattern, const std::string& by) {
        text = std::regex_replace(text, std::regex{pattern}, by);
    };
    replace(fmt::format("\\b{} \\(hexadecimal .. ..\\)", port), "PORT (hexadecimal X Y)");
    replace(fmt::format("\\b{} \\(hexadecimal .. ..\\)", swapped(port)), "SWAPPED (hexadecimal Y X)");
    replace(fmt::format(":{}\\b", port), ":PORT");
    replace("[0-9.]+ (ms|us|s) or so", "TIME or so");
    replace("\\b[0-9]+(,[0-9]{3})+\\b", "MANY");
    replace("\\b[0-9]+ times\\b", "N times");
    return text;
}

}  // namespace sockstep::findings
