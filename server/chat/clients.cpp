// server/chat/clients.cpp - the registry of connections.
#include "chat/clients.hpp"

#include <sys/socket.h>

#include <utility>

namespace chat {

bool Clients::add(int connection, std::shared_ptr<Outbox> outbox) {
    const std::lock_guard lock{mutex_};
    if (closing_ || clients_.size() >= limit_) {
        return false;
    }
    clients_.emplace(connection, std::move(outbox));
    return true;
}

void Clients::remove(int connection) {
    const std::lock_guard lock{mutex_};
    clients_.erase(connection);
    ++departures_;
    left_.notify_all();
}

void Clients::close_all(std::string_view last_words) {
    const std::lock_guard lock{mutex_};
    closing_ = true;
    for (const auto& [connection, outbox] : clients_) {
        outbox->close(last_words);
    }
}

void Clients::shut_down_all() {
    const std::lock_guard lock{mutex_};
    for (const auto& [connection, outbox] : clients_) {
        // What fails here is ENOTCONN: that client is gone already.
        static_cast<void>(shutdown(connection, SHUT_RDWR));
    }
}

void Clients::wait_for_one_to_leave(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    left_.wait_for(lock, time, [this, before = departures_] { return departures_ != before || closing_; });
}

bool Clients::wait_for_all_to_leave(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    return left_.wait_for(lock, time, [this] { return clients_.empty(); });
}

}  // namespace chat
