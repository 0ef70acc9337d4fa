// tests/programs/both_wait.cpp - wrong: the client forgets the newline that the server waits for.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int connection = accept_from(listen_on(task.port));
    const std::string name = receive_line(connection);  // blocks until the newline has come
    send_all(connection, "hello " + name);
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    send_all(connection, task.right ? "Ada\n" : "Ada");
    receive_line(connection);  // blocks until the answer comes
    close_it(connection);
}
