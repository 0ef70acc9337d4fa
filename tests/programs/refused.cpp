// tests/programs/refused.cpp - wrong: the server listens on one address of the machine, the client asks at another.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int listener = new_socket();
    sockaddr_in address = loopback(task.port);
    address.sin_addr.s_addr = htonl(task.right ? INADDR_ANY : INADDR_LOOPBACK + 1);
    bind_to(listener, address);
    check(listen(listener, 16), "listen");
    const int connection = accept_from(listener);
    receive_to_the_end(connection);
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    close_it(connection);
}
