// tests/programs/scenes_processes.cpp - processes and threads, how they begin and end.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <thread>
#include <vector>

#include "scenes.hpp"

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

/// Its child goes on when it has ended, as a daemon's does, but stays in its session.
int outlives_its_parent() {
    const pid_t parent = getpid();
    if (fork() != 0) {
        return 0;
    }
    while (getppid() == parent) {
        sched_yield();
    }
    std::puts("still here");
    return 0;
}
