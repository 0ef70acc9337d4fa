// tests/programs/messages_merged.cpp - wrong: the server takes each recv for one request; two come at once, and one is
// answered.
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
        if (!task.right) {
            send_all(connection, "done\n");
            kept.clear();
        }
        for (std::size_t end = kept.find('\n'); end != std::string::npos; end = kept.find('\n')) {
            send_all(connection, "done\n");
            kept.erase(0, end + 1);
        }
    }
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    send_all(connection, "open the door\n", MSG_MORE);  // the kernel may wait for the next, to send both in one segment
    send_all(connection, "light the lamp\n");
    std::string kept;
    receive_line(connection, kept);
    receive_line(connection, kept);
    close_it(connection);
}
