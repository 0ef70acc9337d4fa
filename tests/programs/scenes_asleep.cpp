// tests/programs/scenes_asleep.cpp - calls that sleep, and the signals that come to them.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include <array>
#include <vector>

#include "scenes.hpp"

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

/// SO_LINGER with a time: close sleeps until a reader in a process of its own has taken enough to make room for all.
int lingering_close() {
    const Pair pair = connected();
    block_go_signal();
    std::array<int, 2> closing{};
    check(pipe(closing.data()) == 0, "pipe");
    const pid_t reader = fork();
    if (reader == 0) {
        close(pair.client);
        close(closing[1]);
        wait_for_go_signal();
        std::vector<char> buffer(1 << 16);
        while (recv(pair.server, buffer.data(), buffer.size(), 0) > 0) {
        }
        std::_Exit(0);
    }
    close(pair.server);
    close(closing[1]);
    char none = 0;
    check(read(closing[0], &none, 1) == 0,
          "read");  // from now on the client's socket is ours alone: only then we linger
    const std::vector<char> much(100'000, 'x');
    while (send(pair.client, much.data(), much.size(), MSG_DONTWAIT) > 0) {
    }
    const linger on{1, 60};
    check(setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &on, sizeof on) == 0, "setsockopt");
    close(pair.client);
    int status = 0;
    check(waitpid(reader, &status, 0) == reader && status == 0, "waitpid");
    return 0;
}
