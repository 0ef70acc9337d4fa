// server/chat/handle_client.cpp - one connection from accept() to close(): the calls. What is said: conversation.cpp.
//
// Two threads serve a connection. The one that runs handle_client() sleeps in recv() and does what the client says; the
// other, send_queued(), sleeps in send() and delivers what everybody has for this client. So a client that does not
// read holds up its own sender and nobody else.
#include "chat/handle_client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <exception>
#include <iostream>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "chat/check.hpp"
#include "chat/conversation.hpp"
#include "chat/session.hpp"

namespace chat {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int burst = 100;          // lines that a client may send at once
constexpr int longest_send = 5;     // seconds until a blocked send() looks up again
constexpr int unanswered = 60000;   // milliseconds until a client that acknowledges nothing is given up
constexpr int send_buffer = 65536;  // bytes in the kernel; what is more waits in the Outbox, which has a limit
constexpr std::chrono::seconds longest_linger{2};  // for a client's FIN after ours

/// What the two threads of a connection tell each other.
struct Threads {
    std::atomic<bool> reader_done = false;
    std::atomic<bool> send_failed = false;
};

void set_up(int connection, const Options& options);                      // socket options, each with its reason
void set_timeout(int connection, int option, std::chrono::seconds time);  // SO_RCVTIMEO or SO_SNDTIMEO
bool receive_more(Session& session);                                      // one recv()
void send_queued(int connection, Outbox& outbox, Threads& threads);       // the second thread
bool send_batch(int connection, const Outbox::Batch& batch, const Outbox& outbox,
                bool& cuts_line);   // send(), until all is taken
void say_farewell(int connection);  // our FIN, and wait for the client's

}  // namespace

Server::Server(const Options& chosen)
    : options{chosen}, clients{static_cast<std::size_t>(chosen.max_clients)}, groups{randombytes_uniform} {}

void handle_client(const std::shared_ptr<Server>& server, int connection, const std::shared_ptr<Outbox>& outbox) {
    const Options& options = server->options;
    Threads threads;
    std::thread sender;
    Session session{*server, connection, outbox, LineSplitter{static_cast<std::size_t>(options.max_line)},
                    Pace{options.max_rate, burst}};
    try {
        set_up(connection, options);
        sender = std::thread{send_queued, connection, std::ref(*outbox), std::ref(threads)};
        converse(session);
    } catch (const std::exception& failure) {  // no memory, no thread: this client's end, not the server's
        std::cerr << std::string{"chat-server: a client is given up: "} + failure.what() + "\n";
        session.last_words = "* Disconnected: the server is in trouble.\n";
    }
    if (outbox->dropped()) {
        session.news = "was dropped: it read too slowly.";
    } else if (threads.send_failed) {
        session.news = "was lost.";
    }
    if (session.group) {
        server->groups.leave(session.group, *outbox, session.news);
    }
    threads.reader_done = true;
    outbox->close(session.last_words);
    if (sender.joinable()) {
        sender.join();  // blocks until the last words are sent, or nothing can be sent any more
    }
    say_farewell(connection);
    server->clients.remove(connection);  // from here on nobody else knows this descriptor
    static_cast<void>(close(connection));
}

void say(Session& session, std::string_view text) {
    session.outbox->push(text);
}

std::optional<std::string> read_line(Session& session) {
    session.waits_since = Clock::now();
    for (;;) {
        std::optional<Line> line = session.lines.next();
        if (session.outbox->closed()) {  // by the server as it closes, or because this client read too slowly
            return std::nullopt;
        }
        if (!line) {
            if (!receive_more(session)) {
                return std::nullopt;
            }
            continue;
        }
        session.waits_since = Clock::now();
        const Clock::duration wait = session.pace.admit(session.waits_since);
        if (wait > Clock::duration::zero() && session.outbox->wait_until_closed(wait)) {
            continue;
        }
        if (!line->too_long) {
            return std::move(line->text);
        }
        say(session, "* Your line is longer than " + std::to_string(session.server.options.max_line) +
                         " bytes; nobody was sent it.\n");
    }
}

namespace {

void set_up(int connection, const Options& options) {
    // A line leaves at once, though the one before is not acknowledged yet. Lines that are queued together leave
    // together anyway, so Nagle's algorithm would save nothing and cost the delay of an ACK.
    const int on = 1;
    check(setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "setsockopt(TCP_NODELAY)");
    // By itself the buffer grows to megabytes, which would hide from us that a client does not read.
    check(setsockopt(connection, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer), "setsockopt(SO_SNDBUF)");
    // A client that vanished without FIN: the first line sent to it starts this clock. One that is sent nothing runs
    // into the idle time, so keep-alive segments are not needed.
    check(setsockopt(connection, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered, sizeof unanswered),
          "setsockopt(TCP_USER_TIMEOUT)");
    set_timeout(connection, SO_RCVTIMEO, std::chrono::seconds{options.idle_time});
    set_timeout(connection, SO_SNDTIMEO, std::chrono::seconds{longest_send});
}

void set_timeout(int connection, int option, std::chrono::seconds time) {
    const timeval value{time.count(), 0};
    check(setsockopt(connection, SOL_SOCKET, option, &value, sizeof value), "setsockopt(a timeout)");
}

bool receive_more(Session& session) {
    const std::chrono::seconds idle_time{session.server.options.idle_time};
    std::array<char, 4096> bytes{};
    // blocks until bytes, a FIN or a RST comes, or the idle time has passed
    const ssize_t count = recv(session.connection, bytes.data(), bytes.size(), 0);
    if (count > 0) {
        session.lines.add({bytes.data(), static_cast<std::size_t>(count)});
        sodium_memzero(bytes.data(), static_cast<std::size_t>(count));
    }
    const bool interrupted = count == -1 && errno == EINTR;
    const bool timed_out = count == -1 && errno == EAGAIN;
    if (timed_out || Clock::now() - session.waits_since > idle_time) {  // one byte a second is no line either
        session.last_words =
            "* Disconnected: no line from you for " + std::to_string(idle_time.count()) + " seconds.\n";
        session.news = "was disconnected: it was silent too long.";
        return false;
    }
    if (count == -1 && !interrupted) {
        session.news = "was lost.";  // a RST, or no ACK for too long
        return false;
    }
    return count != 0;  // 0: the client's FIN, it will send no more
}

void send_queued(int connection, Outbox& outbox, Threads& threads) {
    bool sent = false;
    try {
        Outbox::Batch batch;
        bool in_a_line = false;  // that was cut
        do {
            batch = outbox.take();  // blocks until there is something to send, or the queue is closed
            if (in_a_line) {
                batch.bytes.insert(0, "\n");  // the last words begin a new one
            }
            sent = send_batch(connection, batch, outbox, in_a_line);
        } while (sent && !batch.last);
    } catch (const std::bad_alloc&) {
        sent = false;
    }
    threads.send_failed = !sent;
    outbox.close("");  // if it was not closed already: nobody needs to queue for this client any more
    if (!threads.reader_done) {
        static_cast<void>(shutdown(connection, SHUT_RDWR));  // our FIN; and wakes the other thread from recv()
    }
}

bool send_batch(int connection, const Outbox::Batch& batch, const Outbox& outbox, bool& cuts_line) {
    std::string_view rest = batch.bytes;
    while (!rest.empty()) {
        const bool last_chance = outbox.closed();
        // blocks until the send buffer has room for all, but 5 seconds at most; sends data segments
        const ssize_t count = send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count == -1 && errno != EAGAIN && errno != EINTR) {
            return false;  // EPIPE, ECONNRESET, ETIMEDOUT: this client is gone
        }
        rest.remove_prefix(count == -1 ? 0 : static_cast<std::size_t>(count));
        if (!rest.empty() && last_chance) {
            return false;  // it had its time
        }
        if (!rest.empty() && outbox.dropped()) {
            // What is left of the batch is given up for the last words.
            const std::string_view given = batch.bytes;
            const std::size_t sent = given.size() - rest.size();
            cuts_line = sent > 0 && given[sent - 1] != '\n';
            return true;
        }
    }
    return true;
}

void say_farewell(int connection) {
    // Were there bytes of the client that we did not read, close() would send a RST, which may overtake our last words.
    // So: our FIN, then read until the client's.
    static_cast<void>(shutdown(connection, SHUT_WR));  // our FIN, unless it has been sent; ENOTCONN: the client is gone
    const Clock::time_point end = Clock::now() + longest_linger;
    const timeval time{longest_linger.count(), 0};
    std::array<char, 4096> bytes{};
    if (setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == -1) {
        return;
    }
    // blocks until bytes, a FIN or a RST comes, or the time has passed
    while (recv(connection, bytes.data(), bytes.size(), 0) > 0 && Clock::now() < end) {
    }
}

}  // namespace

}  // namespace chat
