// tests/programs/end_of_stream_ignored.cpp - wrong: the server counts on twenty messages, whatever recv says.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int connection = accept_from(listen_on(task.port));
    for (int message = 0; message < 20; ++message) {
        char buffer[100];
        const long count = check(recv(connection, buffer, sizeof buffer, 0), "recv");
        if (count == 0 && task.right) {
            break;
        }
    }
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    send_all(connection, "only one\n");
    close_it(connection);
}
