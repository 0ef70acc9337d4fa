// tests/programs/traffic.cpp - moves bytes in every way there is, and keeps its own account of each call.
//
//   traffic server PORT CONNECTIONS READER WRITER BYTES LOG
//   traffic client PORT CONNECTIONS READER WRITER BYTES LOG
//
// Each connection has a thread at each end. The client writes BYTES bytes and shuts its direction; the server reads
// them all, writes as many and closes; the client reads these. Byte i of each stream is byte_at(i). LOG gets a line for
// each call that moved bytes: "PORT-OF-THE-CLIENT send|recv|peek FROM TO", counted here, independently of any tracer.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t chunk = 1000;
constexpr int writing_threads = 4;

char byte_at(std::size_t i) {
    return static_cast<char>(static_cast<unsigned char>(i * 131 + (i >> 8U) * 7));
}

ssize_t check(ssize_t result, const char* call) {
    if (result == -1) {
        std::perror(call);
        std::exit(1);
    }
    return result;
}

int as_int(ssize_t value) {
    return static_cast<int>(value);
}

std::mutex log_lock;
std::vector<std::string> log_lines;

/// One end of a connection, and how far its streams are.
struct Stream {
    int fd = -1;
    std::uint16_t port = 0;  // the client's
    std::size_t sent = 0;
    std::size_t received = 0;
    bool may_miss_urgent = false;  // a byte that was urgent when a read came to it is not among what the read got

    void note(const char* what, std::size_t from, std::size_t to) const {
        const std::lock_guard lock{log_lock};
        log_lines.push_back(std::to_string(port) + " " + what + " " + std::to_string(from) + " " + std::to_string(to));
    }
    void note_sent(ssize_t count) {
        note("send", sent, sent + static_cast<std::size_t>(count));
        sent += static_cast<std::size_t>(count);
    }
    /// Also checks that they are the right ones.
    void note_received(const char* bytes, ssize_t count, bool peeked = false) {
        if (may_miss_urgent && bytes[0] != byte_at(received)) {
            ++received;
        }
        for (ssize_t i = 0; i < count; ++i) {
            if (bytes[i] != byte_at(received + static_cast<std::size_t>(i))) {
                std::fprintf(stderr, "byte %zu is wrong\n", received + static_cast<std::size_t>(i));
                std::exit(1);
            }
        }
        note(peeked ? "peek" : "recv", received, received + static_cast<std::size_t>(count));
        received += peeked ? 0 : static_cast<std::size_t>(count);
    }
};

std::vector<char> bytes_from(std::size_t from, std::size_t count) {
    std::vector<char> bytes(count);
    for (std::size_t i = 0; i < count; ++i) {
        bytes[i] = byte_at(from + i);
    }
    return bytes;
}

void set_nonblocking(int fd) {
    const int flags = as_int(check(fcntl(fd, F_GETFL), "fcntl"));
    check(fcntl(fd, F_SETFL, static_cast<unsigned>(flags) | O_NONBLOCK), "fcntl");
}

void wait_for(int fd, short what) {
    pollfd one{fd, what, 0};
    check(poll(&one, 1, -1), "poll");
}

// --- Writers ------------------------------------------------------------------------------------------------------

void write_with(Stream& stream, std::size_t total, std::size_t most,
                const std::function<ssize_t(const char*, std::size_t)>& call) {
    while (stream.sent < total) {
        const std::vector<char> bytes = bytes_from(stream.sent, std::min(most, total - stream.sent));
        stream.note_sent(check(call(bytes.data(), bytes.size()), "write"));
    }
}

void write_nonblocking(Stream& stream, std::size_t total) {
    set_nonblocking(stream.fd);
    while (stream.sent < total) {
        const std::vector<char> bytes = bytes_from(stream.sent, total - stream.sent);
        const ssize_t count = send(stream.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count == -1 && errno == EAGAIN) {
            wait_for(stream.fd, POLLOUT);
        } else {
            stream.note_sent(check(count, "send"));
        }
    }
}

ssize_t send_in_two_parts(int fd, const char* bytes, std::size_t count, bool with_sendmsg) {
    std::array<iovec, 2> parts{};
    parts[0] = {const_cast<char*>(bytes), count / 2};
    parts[1] = {const_cast<char*>(bytes) + count / 2, count - count / 2};
    if (!with_sendmsg) {
        return writev(fd, parts.data(), 2);
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = 2;
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

/// Several threads on one socket, one after the other: whose turn it is, only a lock says.
void write_by_threads(Stream& stream, std::size_t total) {
    std::mutex turn;
    std::vector<std::thread> threads;
    threads.reserve(writing_threads);
    for (int i = 0; i < writing_threads; ++i) {
        threads.emplace_back([&] {
            for (;;) {
                const std::lock_guard lock{turn};
                if (stream.sent >= total) {
                    return;
                }
                const std::vector<char> bytes = bytes_from(stream.sent, std::min<std::size_t>(50, total - stream.sent));
                stream.note_sent(check(send(stream.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), "send"));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

void write_all(Stream& stream, const std::string& how, std::size_t total) {
    const int fd = stream.fd;
    if (how == "urgent") {  // the last byte of every second chunk
        int flag = 0;
        return write_with(stream, total, 10, [&](const char* data, std::size_t size) {
            flag ^= MSG_OOB;
            return send(fd, data, size, MSG_NOSIGNAL | flag);
        });
    }
    if (how == "bytes") {
        write_with(stream, total, 1, [fd](const char* data, std::size_t size) { return write(fd, data, size); });
    } else if (how == "chunks") {
        write_with(stream, total, chunk,
                   [fd](const char* data, std::size_t size) { return send(fd, data, size, MSG_NOSIGNAL); });
    } else if (how == "whole") {
        write_with(stream, total, total,
                   [fd](const char* data, std::size_t size) { return send(fd, data, size, MSG_NOSIGNAL); });
    } else if (how == "writev" || how == "sendmsg") {
        write_with(stream, total, chunk, [&](const char* data, std::size_t size) {
            return send_in_two_parts(fd, data, size, how == "sendmsg");
        });
    } else if (how == "nonblocking") {
        write_nonblocking(stream, total);
    } else if (how == "threads") {
        write_by_threads(stream, total);
    } else {
        std::fprintf(stderr, "no writer %s\n", how.c_str());
        std::exit(2);
    }
}

// --- Readers ------------------------------------------------------------------------------------------------------

/// Reads to the end of the stream.
void read_with(Stream& stream, std::size_t most, const std::function<ssize_t(char*, std::size_t)>& call) {
    std::vector<char> buffer(most);
    for (;;) {
        const ssize_t count = call(buffer.data(), buffer.size());
        if (count == -1 && errno == EAGAIN) {
            wait_for(stream.fd, POLLIN);
        } else if (check(count, "read") == 0) {
            return;
        } else {
            stream.note_received(buffer.data(), count);
        }
    }
}

ssize_t receive_in_two_parts(int fd, char* bytes, std::size_t count, bool with_recvmsg) {
    std::array<iovec, 2> parts{};
    parts[0] = {bytes, count / 2};
    parts[1] = {bytes + count / 2, count - count / 2};
    if (!with_recvmsg) {
        return readv(fd, parts.data(), 2);
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = 2;
    return recvmsg(fd, &message, 0);
}

void read_with_epoll(Stream& stream) {
    set_nonblocking(stream.fd);
    const int queue = as_int(check(epoll_create1(0), "epoll_create1"));
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    check(epoll_ctl(queue, EPOLL_CTL_ADD, stream.fd, &wanted), "epoll_ctl");
    std::array<char, chunk> buffer{};
    for (;;) {
        epoll_event got{};
        check(epoll_wait(queue, &got, 1, -1), "epoll_wait");
        const ssize_t count = recv(stream.fd, buffer.data(), buffer.size(), 0);
        if (count == -1 && errno == EAGAIN) {
            continue;
        }
        if (check(count, "recv") == 0) {
            break;
        }
        stream.note_received(buffer.data(), count);
    }
    check(close(queue), "close");
}

/// With MSG_TRUNC TCP throws bytes away: the buffer stays as it is. Source: tcp(7)
void read_discarding(Stream& stream) {
    std::array<char, chunk> buffer{};
    for (;;) {
        const ssize_t thrown = check(recv(stream.fd, buffer.data(), 300, MSG_TRUNC), "recv");
        if (thrown == 0) {
            return;
        }
        const std::vector<char> thrown_away = bytes_from(stream.received, static_cast<std::size_t>(thrown));
        stream.note_received(thrown_away.data(), thrown);
        const ssize_t count = check(recv(stream.fd, buffer.data(), 100, 0), "recv");
        if (count > 0) {
            stream.note_received(buffer.data(), count);
        }
    }
}

void read_all(Stream& stream, const std::string& how) {
    const int fd = stream.fd;
    if (how == "recv") {
        read_with(stream, 65'536, [fd](char* into, std::size_t size) { return recv(fd, into, size, 0); });
    } else if (how == "bytes") {
        read_with(stream, 1, [fd](char* into, std::size_t size) { return read(fd, into, size); });
    } else if (how == "readv" || how == "recvmsg") {
        read_with(stream, chunk,
                  [&](char* into, std::size_t size) { return receive_in_two_parts(fd, into, size, how == "recvmsg"); });
    } else if (how == "waitall") {
        read_with(stream, 777, [fd](char* into, std::size_t size) { return recv(fd, into, size, MSG_WAITALL); });
    } else if (how == "peek") {
        read_with(stream, chunk, [&](char* into, std::size_t size) {
            const ssize_t count = recv(fd, into, size, MSG_PEEK);
            if (count > 0) {
                stream.note_received(into, count, true);
            }
            return recv(fd, into, size, 0);
        });
    } else if (how == "outofband") {
        read_with(stream, 64, [fd](char* into, std::size_t size) {
            recv(fd, into, 1, MSG_OOB);  // fails where there is none
            return recv(fd, into, size, 0);
        });
    } else if (how == "inline") {
        const int yes = 1;
        check(setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &yes, sizeof yes), "setsockopt");
        read_with(stream, 64, [fd](char* into, std::size_t size) { return recv(fd, into, size, 0); });
    } else if (how == "discard") {
        read_discarding(stream);
    } else if (how == "nonblocking") {
        set_nonblocking(fd);
        read_with(stream, chunk, [fd](char* into, std::size_t size) { return recv(fd, into, size, 0); });
    } else if (how == "epoll") {
        read_with_epoll(stream);
    } else {
        std::fprintf(stderr, "no reader %s\n", how.c_str());
        std::exit(2);
    }
}

// --- Both ends ----------------------------------------------------------------------------------------------------

struct Options {
    sockaddr_in address{};
    int connections = 0;
    std::string reader;
    std::string writer;
    std::size_t bytes = 0;
};

void serve_one(const Options& options, int fd, std::uint16_t port) {
    Stream stream{.fd = fd, .port = port, .may_miss_urgent = options.writer == "urgent" && options.reader != "inline"};
    read_all(stream, options.reader);
    write_all(stream, options.writer, options.bytes);
    check(close(fd), "close");
}

void serve(const Options& options) {
    const int listener = as_int(check(socket(AF_INET, SOCK_STREAM, 0), "socket"));
    const int yes = 1;
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "setsockopt");
    check(bind(listener, reinterpret_cast<const sockaddr*>(&options.address), sizeof options.address), "bind");
    check(listen(listener, 64), "listen");
    std::vector<std::thread> threads;
    for (int i = 0; i < options.connections; ++i) {
        sockaddr_in from{};
        socklen_t length = sizeof from;
        const int fd = as_int(check(accept(listener, reinterpret_cast<sockaddr*>(&from), &length), "accept"));
        threads.emplace_back([&options, fd, port = ntohs(from.sin_port)] { serve_one(options, fd, port); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    check(close(listener), "close");
}

void talk(const Options& options) {
    const int fd = as_int(check(socket(AF_INET, SOCK_STREAM, 0), "socket"));
    check(connect(fd, reinterpret_cast<const sockaddr*>(&options.address), sizeof options.address), "connect");
    sockaddr_in own{};
    socklen_t length = sizeof own;
    check(getsockname(fd, reinterpret_cast<sockaddr*>(&own), &length), "getsockname");
    Stream stream{.fd = fd,
                  .port = ntohs(own.sin_port),
                  .may_miss_urgent = options.writer == "urgent" && options.reader != "inline"};
    write_all(stream, options.writer, options.bytes);
    check(shutdown(fd, SHUT_WR), "shutdown");
    read_all(stream, options.reader);
    check(close(fd), "close");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 8) {
        std::fprintf(stderr, "usage: traffic server|client PORT CONNECTIONS READER WRITER BYTES LOG\n");
        return 2;
    }
    Options options;
    options.address.sin_family = AF_INET;
    options.address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[2])));
    options.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    options.connections = std::atoi(argv[3]);
    options.reader = argv[4];
    options.writer = argv[5];
    options.bytes = static_cast<std::size_t>(std::atol(argv[6]));
    if (std::strcmp(argv[1], "server") == 0) {
        serve(options);
    } else {
        std::vector<std::thread> threads;
        for (int i = 0; i < options.connections; ++i) {
            threads.emplace_back([&options] { talk(options); });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
    }
    std::FILE* log = std::fopen(argv[7], "w");
    for (const std::string& line : log_lines) {
        std::fprintf(log, "%s\n", line.c_str());
    }
    return std::fclose(log) == 0 ? 0 : 1;
}
