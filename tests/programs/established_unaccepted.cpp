// tests/programs/established_unaccepted.cpp - wrong: one client after the other, so the second one waits for the first
// one to leave.
#include <thread>

#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int listener = listen_on(task.port);
    const auto echo = [](int connection) {
        std::string kept;
        for (std::string line = receive_line(connection, kept); !line.empty(); line = receive_line(connection, kept)) {
            send_all(connection, line);
        }
        close_it(connection);
    };
    for (;;) {
        const int connection = accept_from(listener);
        if (task.right) {
            std::thread{echo, connection}.detach();
        } else {
            echo(connection);
        }
    }
}

void ask(const Task& task) {
    const int first = connect_to(task.port);
    send_all(first, "I stay a while\n");
    receive_line(first);
    const int second = connect_to(task.port);
    send_all(second, "I am in a hurry\n");
    receive_line(second);
    close_it(second);
    close_it(first);
}
