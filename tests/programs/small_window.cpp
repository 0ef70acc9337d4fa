// tests/programs/small_window.cpp - flow control: a server with a small receive buffer reads later than its client
// sends.
#include <time.h>

#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int listener = new_socket();
    const int small = 4096;
    check(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), "setsockopt");
    bind_to(listener, loopback(task.port));
    check(listen(listener, 1), "listen");
    const int connection = accept_from(listener);
    const timespec busy{1, 0};
    check(nanosleep(&busy, nullptr), "nanosleep");  // something more important; meanwhile the buffer fills
    receive_to_the_end(connection);
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    send_all(connection, std::string(6000, 'c'));
    check(shutdown(connection, SHUT_WR), "shutdown");
    receive_to_the_end(connection);
    close_it(connection);
}
