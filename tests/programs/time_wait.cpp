// tests/programs/time_wait.cpp - wrong: a server that is started again cannot have its port while an old connection is
// in TIME-WAIT.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int first = listen_on(task.port);
    const int near = connect_to(task.port);
    const int far = accept_from(first);
    close_it(far);  // this end closes first: it will be in TIME-WAIT
    receive_to_the_end(near);
    close_it(near);
    close_it(first);

    const int second = new_socket();
    const sockaddr_in address = loopback(task.port);
    if (task.right) {
        bind_to(second, address);
    } else {
        check(bind(second, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    }
    check(listen(second, 16), "listen");
    close_it(second);
}

void ask(const Task& /*task*/) {}
