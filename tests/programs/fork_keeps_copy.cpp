// tests/programs/fork_keeps_copy.cpp - wrong: the parent keeps its copy of the connection that the child serves.
#include <csignal>

#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int listener = listen_on(task.port);
    check(signal(SIGCHLD, SIG_IGN) == SIG_ERR ? -1 : 0, "signal");  // children need not be waited for
    for (;;) {
        const int connection = accept_from(listener);
        if (check(fork(), "fork") == 0) {
            close_it(listener);
            receive_line(connection);
            send_all(connection, "good bye\n");
            close_it(connection);
            std::exit(0);
        }
        if (task.right) {
            close_it(connection);
        }
    }
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    send_all(connection, "good morning\n");
    std::string kept;
    receive_line(connection, kept);
    receive_to_the_end(connection);  // blocks until the server's FIN comes
    close_it(connection);
}
