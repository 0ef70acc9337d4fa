// tests/programs/scenes_moving.cpp - bytes and descriptors: how calls move, copy, pass and refuse them.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <array>
#include <string>

#include "scenes.hpp"

int plain() {
    const int waiting = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    check(setsockopt(waiting, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "setsockopt");
    sockaddr_in address = loopback(0);
    check(bind(waiting, generic(address), sizeof address) == 0, "bind");
    check(listen(waiting, 16) == 0, "listen");
    address = name_of(waiting);
    const int client = connect_to(address);
    sockaddr_in peer{};
    socklen_t length = sizeof peer;
    check(getpeername(client, generic(peer), &length) == 0, "getpeername");
    const int server = accept(waiting, generic(peer), &length);
    char room[100];
    check(send(client, "hello", 5, MSG_NOSIGNAL) == 5, "send");
    check(recv(server, room, sizeof room, 0) == 5, "recv");
    check(write(server, "world!", 6) == 6, "write");
    check(read(client, room, sizeof room) == 6, "read");
    check(shutdown(client, SHUT_WR) == 0, "shutdown");
    check(recv(server, room, sizeof room, 0) == 0, "recv");
    check(close(server) == 0, "close");
    check(close(client) == 0, "close");
    check(close(waiting) == 0, "close");
    return 0;
}

int transfers() {
    const Pair pair = connected();
    char one[] = "abc";
    char two[] = "defgh";
    char room[100];
    char more[100];
    iovec out[] = {{one, 3}, {two, 5}};
    iovec in[] = {{room, 4}, {more, 96}};
    check(writev(pair.client, out, 2) == 8, "writev");
    check(recv(pair.server, room, sizeof room, MSG_PEEK) == 8, "recv");
    check(readv(pair.server, in, 2) == 8, "readv");
    msghdr message{};
    message.msg_iov = out;
    message.msg_iovlen = 2;
    check(sendmsg(pair.client, &message, 0) == 8, "sendmsg");
    message.msg_iov = in;
    check(recvmsg(pair.server, &message, 0) == 8, "recvmsg");
    mmsghdr several[2]{};
    several[0].msg_hdr.msg_iov = &out[0];
    several[1].msg_hdr.msg_iov = &out[1];
    several[0].msg_hdr.msg_iovlen = several[1].msg_hdr.msg_iovlen = 1;
    check(sendmmsg(pair.client, several, 2, 0) == 2, "sendmmsg");
    several[0].msg_hdr.msg_iov = in;
    several[0].msg_hdr.msg_iovlen = 2;
    check(recvmmsg(pair.server, several, 1, 0, nullptr) == 1, "recvmmsg");
    const int file = open("/etc/passwd", O_RDONLY);
    check(sendfile(pair.client, file, nullptr, 10) == 10, "sendfile");
    check(recv(pair.server, room, 10, MSG_WAITALL) == 10, "recv");
    int ends[2];
    check(pipe(ends) == 0, "pipe");
    check(write(ends[1], "splice", 6) == 6, "write");
    check(splice(ends[0], nullptr, pair.client, nullptr, 6, 0) == 6, "splice");
    check(splice(pair.server, nullptr, ends[1], nullptr, 6, 0) == 6, "splice");
    check(pread(file, room, 4, 0) == 4, "pread");
    check(pread(pair.server, room, 4, 0) == -1 && errno == ESPIPE, "pread");
    check(pwrite(pair.client, room, 4, 0) == -1 && errno == ESPIPE, "pwrite");
    return 0;
}

/// A file of so many times `octet`, that nobody else sees.
static int file_of(char octet, std::size_t count) {
    const std::string content(count, octet);
    const int file = memfd_create("content", 0);
    check(write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()), "write");
    check(lseek(file, 0, SEEK_SET) == 0, "lseek");
    return file;
}

int short_sends() {
    const Pair pair = connected();
    const int small = memfd_create("content", 0);
    check(write(small, "0123456789", 10) == 10, "write");
    off_t start = 0;
    check(sendfile(pair.client, small, &start, 1'000'000) == 10, "sendfile");
    check(fcntl(pair.client, F_SETFL, O_NONBLOCK) == 0, "F_SETFL");
    const int large = file_of('x', 32UL << 20U);
    check(sendfile(pair.client, large, nullptr, 32UL << 20U) > 0, "sendfile");
    const Pair other = connected();
    check(fcntl(other.client, F_SETFL, O_NONBLOCK) == 0, "F_SETFL");
    std::string content(32UL << 20U, 'y');
    iovec part{content.data(), content.size()};
    mmsghdr message{};
    message.msg_hdr.msg_iov = &part;
    message.msg_hdr.msg_iovlen = 1;
    check(sendmmsg(other.client, &message, 1, 0) == 1, "sendmmsg");
    return 0;
}

int pipe_of_signal = -1;

/// SIGUSR1 fills the pipe.
int waits_for_pipe() {
    const Pair pair = connected();
    int ends[2];
    check(pipe(ends) == 0, "pipe");
    pipe_of_signal = ends[1];
    struct sigaction action {};
    action.sa_handler = [](int) { check(write(pipe_of_signal, "abc", 3) == 3, "write"); };
    action.sa_flags = SA_RESTART;
    check(sigaction(SIGUSR1, &action, nullptr) == 0, "sigaction");
    check(splice(ends[0], nullptr, pair.client, nullptr, 65'536, 0) == 3, "splice");
    check(splice(pair.server, nullptr, ends[1], nullptr, 65'536, 0) == 3, "splice");
    return 0;
}

int urgent() {
    const Pair pair = connected();
    check(send(pair.client, "abc!", 4, MSG_OOB) == 4, "send");
    check(send(pair.client, "def", 3, 0) == 3, "send");
    char room[100];
    check(recv(pair.server, room, sizeof room, 0) == 3, "recv");
    check(recv(pair.server, room, sizeof room, MSG_OOB) == 1, "recv");
    check(recv(pair.server, room, 2, 0) == 2, "recv");
    check(recv(pair.server, room, sizeof room, MSG_TRUNC) == 1, "recv");
    msghdr message{};
    check(recvmsg(pair.server, &message, MSG_ERRQUEUE) == -1 && errno == EAGAIN, "recvmsg");
    return 0;
}

int datagrams() {
    const int receiver = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address = loopback(0);
    check(bind(receiver, generic(address), sizeof address) == 0, "bind");
    address = name_of(receiver);
    const int sender = socket(AF_INET, SOCK_DGRAM, 0);
    check(sendto(sender, "ping", 4, 0, generic(address), sizeof address) == 4, "sendto");
    char room[100];
    socklen_t length = sizeof address;
    check(recvfrom(receiver, room, sizeof room, 0, generic(address), &length) == 4, "recvfrom");
    int ends[2];
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
    check(write(ends[0], "x", 1) == 1, "write");
    check(read(ends[1], room, 1) == 1, "read");
    return 0;
}

int descriptors() {
    const Pair pair = connected();
    const int copy = dup(pair.client);
    check(dup2(pair.client, 20) == 20, "dup2");
    check(dup3(pair.client, 21, O_CLOEXEC) == 21, "dup3");
    check(fcntl(pair.client, F_DUPFD, 30) == 30, "F_DUPFD");
    check(fcntl(pair.client, F_SETFL, O_NONBLOCK) == 0, "F_SETFL");
    int value = 0;
    check(ioctl(pair.server, FIONREAD, &value) == 0 && value == 0, "FIONREAD");
    value = 1;
    check(ioctl(pair.server, FIONBIO, &value) == 0, "FIONBIO");
    char room[4];
    check(recv(pair.server, room, 4, 0) == -1 && errno == EAGAIN, "recv");
    const int null = open("/dev/null", O_RDWR);
    check(dup2(null, 20) == 20, "dup2");
    check(write(20, "x", 1) == 1, "write");
    int ends[2];
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
    check(fcntl(ends[0], F_DUPFD, 50) == 50, "F_DUPFD");
    check(dup2(pair.client, 50) == 50, "dup2");
    check(close(copy) == 0, "close");
    check(close_range(21, 40, 0) == 0, "close_range");
    std::printf("%d %d %d %d\n", pair.client, pair.server, copy, null);
    return 0;
}

int waits() {
    const Pair pair = connected();
    check(send(pair.client, "x", 1, 0) == 1, "send");
    pollfd polled[] = {{pair.server, POLLIN, 0}, {pair.client, POLLIN, 0}};
    check(poll(polled, 2, -1) == 1, "poll");
    timespec no_time{};
    check(ppoll(polled, 2, &no_time, nullptr) == 1, "ppoll");
    fd_set set;
    FD_ZERO(&set);
    FD_SET(pair.server, &set);
    FD_SET(pair.client, &set);
    check(select(pair.server + 1, &set, nullptr, nullptr, nullptr) == 1, "select");
    FD_ZERO(&set);
    FD_SET(pair.client, &set);
    check(pselect(pair.server + 1, &set, nullptr, nullptr, &no_time, nullptr) == 0, "pselect");
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = 77;
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, pair.server, &event) == 0, "epoll_ctl");
    std::array<epoll_event, 4> events{};
    check(epoll_wait(epoll, events.data(), 4, -1) == 1, "epoll_wait");
    sigset_t none;
    sigemptyset(&none);
    check(epoll_pwait(epoll, events.data(), 4, 0, &none) == 1, "epoll_pwait");
    int ends[2];
    check(pipe(ends) == 0, "pipe");
    pollfd pipes[] = {{ends[0], POLLIN, 0}};
    check(poll(pipes, 1, 0) == 0, "poll");  // no socket in it
    return 0;
}

int address_in_use() {
    const int first = listener();
    sockaddr_in address = name_of(first);
    const int second = socket(AF_INET, SOCK_STREAM, 0);
    check(bind(second, generic(address), sizeof address) == -1 && errno == EADDRINUSE, "bind");
    return 0;
}

/// Listens on a port whose octets, swapped, are one that nobody gets by chance: below 1024.
int swapped_port() {
    const int waiting = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    int high = 0x80;
    do {
        address = loopback(static_cast<std::uint16_t>(high << 8 | 0x03));
    } while (bind(waiting, generic(address), sizeof address) == -1 && ++high < 0x100);
    check(listen(waiting, 8) == 0, "listen");
    address.sin_port = static_cast<in_port_t>(address.sin_port << 8 | address.sin_port >> 8);
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(client, generic(address), sizeof address) == -1 && errno == ECONNREFUSED, "connect");
    const int patient = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    check(connect(patient, generic(address), sizeof address) == -1 && errno == EINPROGRESS, "connect");
    pollfd polled{patient, POLLOUT, 0};
    check(poll(&polled, 1, -1) == 1, "poll");
    int error = 0;
    socklen_t length = sizeof error;
    check(getsockopt(patient, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == ECONNREFUSED, "SO_ERROR");
    return 0;
}

int stream_of_stdio() {
    const Pair pair = connected();
    FILE* out = fdopen(pair.client, "w");
    std::fprintf(out, "line %d\n", 1);
    std::fflush(out);
    FILE* in = fdopen(pair.server, "r");
    char line[100];
    check(std::fgets(line, sizeof line, in) != nullptr, "fgets");
    std::fclose(out);
    check(std::fgets(line, sizeof line, in) == nullptr, "fgets");
    std::fclose(in);
    return 0;
}

int passes_descriptor() {
    int ends[2];
    check(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0, "socketpair");
    const Pair pair = connected();
    const int null = open("/dev/null", O_RDWR);
    close(null);
    char octet = 'x';
    iovec piece{&octet, 1};
    alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))]{};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = room;
    message.msg_controllen = sizeof room;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &pair.client, sizeof(int));
    check(sendmsg(ends[0], &message, 0) == 1, "sendmsg");
    check(recvmsg(ends[1], &message, 0) == 1, "recvmsg");
    int received = -1;
    std::memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof received);
    check(received == null, "the lowest number that is free");
    check(write(received, "via", 3) == 3, "write");
    return 0;
}

int thousand() {
    for (int i = 0; i < 1000; ++i) {
        close(socket(AF_INET, SOCK_STREAM, 0));
    }
    return 0;
}

/// The other socket is only bound: of TCP, no list of the kernel's shows it.
int bound_twice(int type) {
    const int first = socket(AF_INET, type, 0);
    sockaddr_in address = loopback(0);
    check(bind(first, generic(address), sizeof address) == 0, "bind");
    address = name_of(first);
    const int second = socket(AF_INET, type, 0);
    check(bind(second, generic(address), sizeof address) == -1 && errno == EADDRINUSE, "bind");
    return 0;
}

int bound_twice() {
    return bound_twice(SOCK_STREAM);
}

int bound_twice_for_datagrams() {
    return bound_twice(SOCK_DGRAM);
}
