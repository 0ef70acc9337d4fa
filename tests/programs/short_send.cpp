// tests/programs/short_send.cpp - wrong: a non-blocking send takes a part of the bytes, and the program ends as if it
// had taken all.
#include <fcntl.h>
#include <poll.h>

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
    check(fcntl(connection, F_SETFL, O_NONBLOCK), "fcntl");
    const std::string picture(32UL << 20U, 'x');
    std::string_view rest = picture;
    do {
        const long count = send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count == -1 && errno != EAGAIN) {
            check(count, "send");
        }
        rest.remove_prefix(count == -1 ? 0 : static_cast<std::size_t>(count));
        if (task.right && !rest.empty()) {
            pollfd room{connection, POLLOUT, 0};
            check(poll(&room, 1, -1), "poll");  // blocks until the client has read some
        }
    } while (task.right && !rest.empty());
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    receive_to_the_end(connection);
    close_it(connection);
}
