// tests/programs/busy_loop.cpp - wrong: a non-blocking recv is asked again and again whether the answer has come.
#include <fcntl.h>
#include <poll.h>

#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int connection = accept_from(listen_on(task.port));
    receive_to_the_end(connection);
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    check(fcntl(connection, F_SETFL, O_NONBLOCK), "fcntl");
    send_all(connection, "are you there?\n");
    char buffer[100];
    if (task.right) {
        pollfd answer{connection, POLLIN, 0};
        check(poll(&answer, 1, 200), "poll");
    } else {
        int tries = 0;
        while (recv(connection, buffer, sizeof buffer, 0) == -1 && ++tries < 5000) {
        }
    }
    close_it(connection);
}
