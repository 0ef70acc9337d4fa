// server/chat/handle_client.cpp - one client from its opening message to close(): what it is asked, what it may do.
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
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "chat/check.hpp"
#include "chat/line_splitter.hpp"
#include "chat/pace.hpp"
#include "chat/text.hpp"

namespace chat {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int burst = 100;          // lines that a client may send at once
constexpr int longest_send = 5;     // seconds until a blocked send() looks up again
constexpr int unanswered = 60000;   // milliseconds until a client that acknowledges nothing is given up
constexpr int send_buffer = 65536;  // bytes in the kernel; what is more waits in the Outbox, which has a limit
constexpr std::chrono::seconds longest_linger{2};  // for a client's FIN after ours

constexpr std::string_view opening = "* Welcome to the sockstep group chat.\n";
constexpr std::string_view menu =
    "  1  connect to an existing group chat\n"
    "  2  create a new group chat\n"
    "  3  exit\n"
    "Your choice: ";
constexpr std::string_view goodbye = "* Goodbye.\n";  // the client knows this line: it ends without complaint

/// One client's conversation so far.
struct Session {
    Server& server;
    int connection;
    const std::shared_ptr<Outbox>& outbox;
    LineSplitter lines;
    Pace pace;
    Clock::time_point last_line = Clock::now();
    std::shared_ptr<Group> group{};  // while it is in one
    int wrong_logins = 0;
    std::string last_words{};    // for the client, when the conversation ends
    std::string news = "left.";  // for the others
};

enum class Next { Menu, End };

void set_up(int connection, const Options& options);                        // socket options, each with its reason
void set_timeout(int connection, int option, std::chrono::seconds time);    // SO_RCVTIMEO or SO_SNDTIMEO
void converse(Session& session);                                            // the menu, until the client leaves
Next connect_to_group(Session& session);                                    // choice 1
Next create_group(Session& session);                                        // choice 2
Next talk(Session& session);                                                // in a group
std::optional<std::string> ask_name(Session& session);                      // until it is one that can be used
std::optional<std::string> ask(Session& session, std::string_view prompt);  // one question, one line
std::optional<std::string> read_line(Session& session);                     // recv(), until there is a whole line
bool receive_more(Session& session);                                        // one recv()
void send_queued(int connection, Outbox& outbox, const std::atomic<bool>& reader_done);  // the second thread
bool send_batch(int connection, const Outbox::Batch& batch, const Outbox& outbox);       // send(), until all is taken
void say_farewell(int connection);  // our FIN, and wait for the client's

void say(Session& session, std::string_view text) {
    session.outbox->push(text);
}

}  // namespace

Server::Server(const Options& chosen)
    : options{chosen}, clients{static_cast<std::size_t>(chosen.max_clients)}, groups{randombytes_uniform} {}

void handle_client(const std::shared_ptr<Server>& server, int connection, const std::shared_ptr<Outbox>& outbox) {
    const Options& options = server->options;
    std::atomic<bool> reader_done = false;
    std::thread sender;
    Session session{*server, connection, outbox, LineSplitter{static_cast<std::size_t>(options.max_line)},
                    Pace{options.max_rate, burst}};
    try {
        set_up(connection, options);
        sender = std::thread{send_queued, connection, std::ref(*outbox), std::cref(reader_done)};
        converse(session);
    } catch (const std::exception& failure) {  // no memory, no thread: this client's end, not the server's
        std::cerr << std::string{"chat-server: a client is given up: "} + failure.what() + "\n";
        session.last_words = "* Disconnected: the server is in trouble.\n";
    }
    if (session.group) {
        server->groups.leave(session.group, *outbox, session.news);
    }
    reader_done = true;
    outbox->close(session.last_words);
    if (sender.joinable()) {
        sender.join();  // blocks until the last words are sent, or nothing can be sent any more
    }
    say_farewell(connection);
    server->clients.remove(connection);  // from here on nobody else knows this descriptor
    static_cast<void>(close(connection));
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

void converse(Session& session) {
    say(session, opening);
    for (;;) {
        const std::optional<std::string> choice = ask(session, menu);
        if (!choice) {
            return;
        }
        Next next = Next::Menu;
        if (*choice == "1") {
            next = connect_to_group(session);
        } else if (*choice == "2") {
            next = create_group(session);
        } else if (*choice == "3" || *choice == "/quit") {
            session.last_words = goodbye;
            next = Next::End;
        } else {
            say(session, "* Please answer 1, 2 or 3.\n");
        }
        if (next == Next::End) {
            return;
        }
    }
}

Next connect_to_group(Session& session) {
    std::optional<std::string> name = ask_name(session);
    const std::optional<std::string> id = name ? ask(session, "Group ID: ") : std::nullopt;
    std::optional<std::string> password = id ? ask(session, "Password: ") : std::nullopt;
    if (!password) {
        return Next::End;
    }
    const std::shared_ptr<Group> group = session.server.groups.find(clean_line(*id));
    const bool right = session.server.passwords.verify(group ? group->password_hash() : "", *password);
    wipe(*password);

    Group::Join result = right ? group->join(*name, session.outbox) : Group::Join::Ended;
    while (result == Group::Join::NameTaken) {
        say(session, "* The name " + *name + " is taken in this group; please choose another.\n");
        name = ask_name(session);
        if (!name) {
            return Next::End;
        }
        result = group->join(*name, session.outbox);
    }
    if (result == Group::Join::Joined) {
        session.group = group;
        return talk(session);
    }
    // The same words whether there is no such group, its password is another, or it ended meanwhile.
    ++session.wrong_logins;
    const int left = session.server.options.login_attempts - session.wrong_logins;
    if (left <= 0) {
        session.last_words = "* Disconnected: too many wrong group IDs or passwords.\n";
        return Next::End;
    }
    say(session, "* Wrong group ID or password. Attempts left: " + std::to_string(left) + "\n");
    return Next::Menu;
}

Next create_group(Session& session) {
    const std::optional<std::string> name = ask_name(session);
    std::optional<std::string> password = name ? ask(session, "Password: ") : std::nullopt;
    while (password && password->empty()) {
        say(session, "* The password must not be empty.\n");
        password = ask(session, "Password: ");
    }
    if (!password) {
        return Next::End;
    }
    const std::optional<std::string> hash = session.server.passwords.hash(*password);
    wipe(*password);
    if (!hash) {
        return Next::End;  // the server is closing
    }
    session.group = session.server.groups.create(*hash, *name, session.outbox);
    return talk(session);
}

Next talk(Session& session) {
    for (;;) {
        const std::optional<std::string> line = read_line(session);
        if (!line) {
            return Next::End;
        }
        const std::string text = clean_line(*line);
        if (text == "/who") {
            session.group->who(*session.outbox);
        } else if (text == "/leave") {
            session.server.groups.leave(session.group, *session.outbox, session.news);
            say(session, "* You left group " + session.group->id() + ".\n");
            session.group = nullptr;
            return Next::Menu;
        } else if (text == "/quit") {
            session.last_words = goodbye;
            return Next::End;
        } else if (text.starts_with('/')) {
            say(session, "* There is no such command. There are /who, /leave and /quit.\n");
        } else if (!text.empty()) {
            session.group->say(*session.outbox, text);
        }
    }
}

std::optional<std::string> ask_name(Session& session) {
    for (;;) {
        const std::optional<std::string> answer = ask(session, "Name: ");
        if (!answer) {
            return std::nullopt;
        }
        const std::string name = clean_name(*answer);
        const std::optional<std::string> problem = problem_with_name(name);
        if (!problem) {
            return name;
        }
        say(session, "* " + *problem + "\n");
    }
}

std::optional<std::string> ask(Session& session, std::string_view prompt) {
    say(session, prompt);
    return read_line(session);
}

std::optional<std::string> read_line(Session& session) {
    for (;;) {
        std::optional<Line> line = session.lines.next();
        if (session.outbox->closed()) {  // by the server as it closes, or because this client read too slowly
            session.news = session.outbox->dropped() ? "was dropped: it read too slowly." : session.news;
            return std::nullopt;
        }
        if (!line) {
            if (!receive_more(session)) {
                return std::nullopt;
            }
            continue;
        }
        session.last_line = Clock::now();
        const Clock::duration wait = session.pace.admit(session.last_line);
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
    if (timed_out || Clock::now() - session.last_line > idle_time) {  // one byte a second is no line either
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

void send_queued(int connection, Outbox& outbox, const std::atomic<bool>& reader_done) {
    try {
        Outbox::Batch batch;
        do {
            batch = outbox.take();  // blocks until there is something to send, or the queue is closed
        } while (send_batch(connection, batch, outbox) && !batch.last);
    } catch (const std::exception&) {  // no memory for a batch
    }
    outbox.drop("");  // if it was not closed already: nobody needs to queue for this client any more
    if (!reader_done) {
        static_cast<void>(shutdown(connection, SHUT_RDWR));  // our FIN; and wakes the other thread from recv()
    }
}

bool send_batch(int connection, const Outbox::Batch& batch, const Outbox& outbox) {
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
            // What is left of the batch is given up for the last words; a line of it may be cut, so they begin a new
            // one.
            static_cast<void>(send(connection, "\n", 1, MSG_NOSIGNAL));  // blocks as above
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
