// tests/programs/broken_pipe.cpp - wrong: the client goes on sending after the server has closed, and SIGPIPE ends it.
#include <cerrno>

#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int connection = accept_from(listen_on(task.port));
    receive_line(connection);
    check(shutdown(connection, SHUT_RDWR), "shutdown");
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    for (;;) {
        const long count = send(connection, "news\n", 5, task.right ? MSG_NOSIGNAL : 0);
        if (count == -1 && task.right && (errno == EPIPE || errno == ECONNRESET)) {
            break;  // the server has gone
        }
    }
    close_it(connection);
}
