// tests/programs/never_closed.cpp - wrong: the server forgets a connection whose client has gone.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int listener = listen_on(task.port);
    for (;;) {
        const int connection = accept_from(listener);
        receive_to_the_end(connection);
        if (task.right) {
            close_it(connection);
        }
    }
}

void ask(const Task& task) {
    for (int visit = 0; visit < 2; ++visit) {
        const int connection = connect_to(task.port);
        send_all(connection, "good morning\n");
        close_it(connection);
    }
}
