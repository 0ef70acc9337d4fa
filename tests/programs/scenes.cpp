// tests/programs/scenes.cpp - small socket programs in one: `scenes NAME` plays one of them.
//
// Each scene ends with status 0 if it saw what it should, so that a test may compare it with and without the tracer.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

const char* this_program = nullptr;

void check(bool good, const char* what) {
    if (!good) {
        std::fprintf(stderr, "%s: %s\n", what, std::strerror(errno));
        std::_Exit(1);
    }
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

sockaddr* generic(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

sockaddr_in name_of(int fd) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    check(getsockname(fd, generic(address), &length) == 0, "getsockname");
    return address;
}

int listener() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    check(bind(fd, generic(address), sizeof address) == 0, "bind");
    check(listen(fd, 8) == 0, "listen");
    return fd;
}

int connect_to(sockaddr_in address) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(fd, generic(address), sizeof address) == 0, "connect");
    return fd;
}

struct Pair {
    int client;
    int server;
};

Pair connected() {
    const int waiting = listener();
    const int client = connect_to(name_of(waiting));
    const int server = accept(waiting, nullptr, nullptr);
    check(server >= 0, "accept");
    close(waiting);
    return {client, server};
}

/// Blocks until the test sends SIGUSR1, wherever the program is by then.
void block_go_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, nullptr);
}
void wait_for_go_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    int signal = 0;
    sigwait(&set, &signal);
}

void handler(int) {}
void catch_signal(int signal, int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    check(sigaction(signal, &action, nullptr) == 0, "sigaction");
}

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
int file_of(char octet, std::size_t count) {
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

/// A client that receives, in a process of its own; we send when we are told.
int blocked_receive() {
    block_go_signal();
    const Pair pair = connected();
    const pid_t child = fork();
    if (child == 0) {
        char room[10];
        _exit(recv(pair.client, room, sizeof room, 0) == 3 ? 0 : 1);
    }
    wait_for_go_signal();
    check(send(pair.server, "now", 3, 0) == 3, "send");
    int status = 0;
    check(waitpid(child, &status, 0) == child, "waitpid");
    return WEXITSTATUS(status);
}

int wait_for_all() {
    block_go_signal();
    const Pair pair = connected();
    check(send(pair.server, "ab", 2, 0) == 2, "send");
    if (fork() == 0) {
        char room[4];
        _exit(recv(pair.client, room, 4, MSG_WAITALL) == 4 ? 0 : 1);
    }
    wait_for_go_signal();
    check(send(pair.server, "cd", 2, 0) == 2, "send");
    int status = 0;
    wait(&status);
    return WEXITSTATUS(status);
}

int many_connects() {
    const int waiting = listener();
    const sockaddr_in address = name_of(waiting);
    for (int i = 0; i < 500; ++i) {
        const int client = connect_to(address);
        close(accept(waiting, nullptr, nullptr));
        close(client);
    }
    return 0;
}

int many_large_sends() {
    const Pair pair = connected();
    static char block[20000];
    for (int i = 0; i < 1000; ++i) {
        check(send(pair.client, block, sizeof block, 0) == sizeof block, "send");
        check(recv(pair.server, block, sizeof block, MSG_WAITALL) == sizeof block, "recv");
    }
    return 0;
}

int blocked_send() {
    block_go_signal();
    const Pair pair = connected();
    static char block[20'000'000];
    const pid_t child = fork();
    if (child == 0) {
        _exit(send(pair.client, block, sizeof block, 0) == sizeof block ? 0 : 1);
    }
    wait_for_go_signal();
    check(recv(pair.server, block, sizeof block, MSG_WAITALL) == sizeof block, "recv");
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

/// Stays in recv until a signal without SA_RESTART comes.
int interrupted() {
    catch_signal(SIGUSR1, SA_RESTART);
    catch_signal(SIGUSR2, 0);
    const Pair pair = connected();
    char room[4];
    return recv(pair.client, room, 4, 0) == -1 && errno == EINTR ? 0 : 1;
}

int interrupted_with_timeout() {
    catch_signal(SIGUSR2, SA_RESTART);
    const Pair pair = connected();
    const timeval hour{3600, 0};
    check(setsockopt(pair.client, SOL_SOCKET, SO_RCVTIMEO, &hour, sizeof hour) == 0, "setsockopt");
    char room[4];
    return recv(pair.client, room, 4, 0) == -1 && errno == EINTR ? 0 : 1;  // signal(7): never restarted
}

int interrupted_poll() {
    catch_signal(SIGUSR2, SA_RESTART);
    const Pair pair = connected();
    pollfd polled{pair.client, POLLIN, 0};
    return poll(&polled, 1, 3600'000) == -1 && errno == EINTR ? 0 : 1;
}

int ignores_a_signal() {
    check(signal(SIGUSR1, SIG_IGN) != SIG_ERR, "signal");
    catch_signal(SIGUSR2, 0);
    const Pair pair = connected();
    char room[4];
    const bool received = recv(pair.client, room, 4, 0) == -1 && errno == EINTR;
    pollfd polled{pair.client, POLLIN, 0};
    return received && poll(&polled, 1, 3600'000) == -1 && errno == EINTR ? 0 : 1;
}

/// Untraced, a SIGCHLD that nobody catches interrupts nothing.
int ignores_its_child() {
    block_go_signal();
    const Pair pair = connected();
    const int epoll = epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLIN;
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, pair.client, &event) == 0, "epoll_ctl");
    const timeval hour{3600, 0};
    check(setsockopt(pair.client, SOL_SOCKET, SO_RCVTIMEO, &hour, sizeof hour) == 0, "setsockopt");
    if (fork() == 0) {
        wait_for_go_signal();
        _exit(0);
    }
    if (fork() == 0) {
        wait_for_go_signal();
        check(send(pair.server, "x", 1, 0) == 1, "send");
        _exit(0);
    }
    const int ready = epoll_wait(epoll, &event, 1, 3600'000);
    char room[4];
    return ready == 1 && recv(pair.client, room, 4, 0) == 1 ? 0 : 1;
}

int threads() {
    const int waiting = listener();
    const sockaddr_in address = name_of(waiting);
    std::vector<std::thread> all;
    for (int i = 0; i < 4; ++i) {
        all.emplace_back([address] {
            const int client = connect_to(address);
            char room[4];
            for (int round = 0; round < 50; ++round) {
                check(send(client, "ping", 4, 0) == 4, "send");
                check(recv(client, room, 4, MSG_WAITALL) == 4, "recv");
            }
            close(client);
        });
    }
    for (int i = 0; i < 4; ++i) {
        all.emplace_back([server = accept(waiting, nullptr, nullptr)] {
            char room[4];
            while (recv(server, room, 4, MSG_WAITALL) == 4) {
                check(send(server, room, 4, 0) == 4, "send");
            }
            close(server);
        });
    }
    for (std::thread& each : all) {
        each.join();
    }
    return 0;
}

int exit_during_receive() {
    block_go_signal();
    const Pair pair = connected();
    std::thread receiver{[&] {
        char room[4];
        recv(pair.client, room, 4, 0);
    }};
    wait_for_go_signal();
    _exit(5);
}

int first_thread_ends() {
    const Pair pair = connected();
    std::thread{[pair, first = pthread_self()] {
        check(pthread_join(first, nullptr) == 0, "pthread_join");
        check(send(pair.client, "late", 4, 0) == 4, "send");
        std::_Exit(6);
    }}.detach();
    pthread_exit(nullptr);
}

int exec_from_thread() {
    std::thread{[] { execl(this_program, this_program, "plain", nullptr); }}.join();
    return 1;
}

int exec_keeps_sockets() {
    const Pair pair = connected();
    check(fcntl(pair.client, F_SETFD, FD_CLOEXEC) == 0, "fcntl");
    dup2(pair.server, 40);
    execl(this_program, this_program, "end_of_stream_on_40", nullptr);
    return 1;
}

int end_of_stream_on_40() {
    char room[4];
    return read(40, room, 4) == 0 ? 0 : 1;
}

int spawns() {
    pid_t pid = 0;
    char name[] = "scenes";
    char scene[] = "datagrams";
    char* arguments[] = {name, scene, nullptr};
    check(posix_spawn(&pid, this_program, nullptr, nullptr, arguments, environ) == 0, "posix_spawn");
    int status = 0;
    check(waitpid(pid, &status, 0) == pid, "waitpid");
    if (fork() == 0) {
        close(socket(AF_INET, SOCK_STREAM, 0));
        _exit(9);
    }
    wait(&status);
    return WEXITSTATUS(status) == 9 ? 0 : 1;
}

int becomes_daemon() {
    block_go_signal();
    check(daemon(1, 1) == 0, "daemon");
    std::printf("%d\n", getpid());
    std::fflush(stdout);
    close(socket(AF_INET, SOCK_STREAM, 0));
    wait_for_go_signal();
    close(socket(AF_INET, SOCK_DGRAM, 0));
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

int killed_by_sigpipe() {
    const Pair pair = connected();
    close(pair.server);
    while (send(pair.client, "x", 1, 0) == 1) {
    }
    return 0;  // never reached
}

int lists_descriptors() {
    execlp("ls", "ls", "/proc/self/fd", nullptr);
    return 1;
}

const std::map<std::string, int (*)()> scenes{
    {"plain", plain},
    {"transfers", transfers},
    {"short_sends", short_sends},
    {"waits_for_pipe", waits_for_pipe},
    {"urgent", urgent},
    {"datagrams", datagrams},
    {"descriptors", descriptors},
    {"waits", waits},
    {"blocked_receive", blocked_receive},
    {"wait_for_all", wait_for_all},
    {"many_connects", many_connects},
    {"many_large_sends", many_large_sends},
    {"blocked_send", blocked_send},
    {"interrupted", interrupted},
    {"interrupted_with_timeout", interrupted_with_timeout},
    {"interrupted_poll", interrupted_poll},
    {"ignores_a_signal", ignores_a_signal},
    {"ignores_its_child", ignores_its_child},
    {"threads", threads},
    {"exit_during_receive", exit_during_receive},
    {"first_thread_ends", first_thread_ends},
    {"exec_from_thread", exec_from_thread},
    {"exec_keeps_sockets", exec_keeps_sockets},
    {"end_of_stream_on_40", end_of_stream_on_40},
    {"spawns", spawns},
    {"becomes_daemon", becomes_daemon},
    {"address_in_use", address_in_use},
    {"swapped_port", swapped_port},
    {"stream_of_stdio", stream_of_stdio},
    {"passes_descriptor", passes_descriptor},
    {"thousand", thousand},
    {"killed_by_sigpipe", killed_by_sigpipe},
    {"lists_descriptors", lists_descriptors},
};

}  // namespace

int main(int count, char** arguments) {
    this_program = "/proc/self/exe";
    const auto scene = scenes.find(count == 2 ? arguments[1] : "");
    if (scene == scenes.end()) {
        std::fprintf(stderr, "usage: scenes NAME\n");
        return 2;
    }
    return scene->second();
}
