// tests/programs/accept_queue_full.cpp - wrong: a backlog of 0 while the server is busy with something else.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int listener = listen_on(task.port, task.right ? 16 : 0);
    sleep(2);  // reads its configuration, say
    for (int client = 0; client < 3; ++client) {
        const int connection = accept_from(listener);
        receive_to_the_end(connection);
        close_it(connection);
    }
}

void ask(const Task& task) {
    for (int client = 0; client < 3; ++client) {
        const int connection = connect_to(task.port);
        send_all(connection, "hello\n");
        close_it(connection);
    }
}
