// tests/programs/nagle_delayed_ack.cpp - wrong: each message is sent as a head and a body, and then an answer is
// awaited.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int connection = accept_from(listen_on(task.port));
    char message[24];
    while (check(recv(connection, message, sizeof message, MSG_WAITALL), "recv") == sizeof message) {
        send_all(connection, "ok\n");
    }
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    for (int round = 0; round < 10; ++round) {
        if (task.right) {
            send_all(connection, "headthe body of 20 bytes");
        } else {
            send_all(connection, "head");
            send_all(connection, "the body of 20 bytes");
        }
        receive_line(connection);
    }
    close_it(connection);
}
