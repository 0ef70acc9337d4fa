// tests/programs/address_in_use.cpp - wrong: a second program wants a port that the first one has.
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
    const int listener = new_socket();
    bind_to(listener, loopback(task.right ? 0 : task.port));  // 0: any free port
    check(listen(listener, 16), "listen");
    close_it(listener);
}
