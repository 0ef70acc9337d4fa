// server/chat/clients.hpp - the connections that are open now.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include "chat/outbox.hpp"

namespace chat {

/// Counts clients against their limit, and reaches them all when the server closes.
///
/// A connection must be removed here before it is closed: then shut_down_all() never meets a descriptor that the kernel
/// has meanwhile given to somebody else.
///
/// Safe to use from several threads.
class Clients {
public:
    explicit Clients(std::size_t limit) : limit_{limit} {}

    /// False when there are too many already, or the server is closing.
    bool add(int connection, std::shared_ptr<Outbox> outbox);
    void remove(int connection);

    /// Closes every Outbox with these last words, and takes no more clients.
    void close_all(std::string_view last_words);
    /// Wakes every thread that still sleeps in send() or recv().
    void shut_down_all();

    /// Blocks: until a client has left, or `time` has passed.
    void wait_for_one_to_leave(std::chrono::milliseconds time);
    /// Blocks: until all clients have left, or `time` has passed. True when they have.
    bool wait_for_all_to_leave(std::chrono::milliseconds time);

private:
    const std::size_t limit_;
    std::mutex
        mutex_;  // guards what follows; inside it an Outbox may be locked, and shutdown() called, which never blocks
    std::condition_variable left_;
    std::map<int, std::shared_ptr<Outbox>> clients_;
    std::size_t departures_ = 0;
    bool closing_ = false;
};

}  // namespace chat
