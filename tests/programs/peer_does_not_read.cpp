// tests/programs/peer_does_not_read.cpp - wrong: both ends send all they have before either reads.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int connection = accept_from(listen_on(task.port));
    const std::string mine(32UL << 20U, 's');
    if (task.right) {
        receive_to_the_end(connection);
    }
    send_all(connection, mine);
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    const std::string mine(32UL << 20U, 'c');
    send_all(connection, mine);
    check(shutdown(connection, SHUT_WR), "shutdown");
    receive_to_the_end(connection);
    close_it(connection);
}
