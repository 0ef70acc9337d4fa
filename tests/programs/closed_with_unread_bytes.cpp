// tests/programs/closed_with_unread_bytes.cpp - wrong: the server answers and closes before it has read the whole
// request.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int connection = accept_from(listen_on(task.port));
    char first[10];
    check(recv(connection, first, sizeof first, 0), "recv");
    send_all(connection, "not found\n");
    if (task.right) {
        check(shutdown(connection, SHUT_WR), "shutdown");
        receive_to_the_end(connection);
    }
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    send_all(connection, "GET /a/page/that/is/not/there and a long line about who asks and why\n");
    receive_to_the_end(connection);
    close_it(connection);
}
