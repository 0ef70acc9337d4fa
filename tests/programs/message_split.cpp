// tests/programs/message_split.cpp - wrong: the server answers each piece of a long line as if it were all of it.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    const int connection = accept_from(listen_on(task.port));
    std::string kept;
    for (;;) {
        char buffer[4096];
        const long count = check(recv(connection, buffer, sizeof buffer, 0), "recv");
        if (count == 0) {
            break;
        }
        kept.append(buffer, static_cast<std::size_t>(count));
        if (!task.right || kept.back() == '\n') {
            send_all(connection, "thank you for " + std::to_string(kept.size()) + " letters\n");
            kept.clear();
        }
    }
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    for (int i = 0; i < 2; ++i) {
        send_all(connection, std::string(20000, 'a') + "\n");
        receive_one_line(connection);
    }
    check(shutdown(connection, SHUT_WR), "shutdown");
    receive_to_the_end(connection);
    close_it(connection);
}
