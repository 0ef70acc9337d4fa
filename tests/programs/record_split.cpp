// tests/programs/record_split.cpp - wrong: the server takes one recv for one record, though less of it may have come.
#include "two_roles.hpp"

void serve(const Task& task);
void ask(const Task& task);

int main(int argc, char** argv) {
    const Task task = task_of(argc, argv);
    task.is_server ? serve(task) : ask(task);
}

void serve(const Task& task) {
    constexpr std::size_t record = 200000;
    const int connection = accept_from(listen_on(task.port));
    std::string buffer(record, ' ');
    while (check(recv(connection, buffer.data(), record, task.right ? MSG_WAITALL : 0), "recv") > 0) {
        send_all(connection, "stored\n");
    }
    close_it(connection);
}

void ask(const Task& task) {
    const int connection = connect_to(task.port);
    const int small = 16384;  // of the send buffer, so that one send is many segments
    check(setsockopt(connection, SOL_SOCKET, SO_SNDBUF, &small, sizeof small), "setsockopt");
    const std::string record(200000, 'r');
    for (int i = 0; i < 2; ++i) {
        check(send(connection, record.data(), record.size(), MSG_NOSIGNAL), "send");
        receive_one_line(connection);
    }
    check(shutdown(connection, SHUT_WR), "shutdown");
    receive_to_the_end(connection);
    close_it(connection);
}
