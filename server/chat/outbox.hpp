// server/chat/outbox.hpp - what one client is still to be sent.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace chat {

/// The queue between everybody who has a line for a client and the one thread that sends to it. Adding never waits: a
/// client that does not read is a matter between its own thread and its own queue, and when the queue is full it is
/// dropped, so that the room never waits for it and memory has a limit.
///
/// Safe to use from several threads.
class Outbox {
public:
    enum class Push { Queued, Full, Closed };

    struct Batch {
        std::string bytes;
        bool last = false;  // nothing comes after it
    };

    /// Holds at most `limit` bytes that are not sent yet.
    explicit Outbox(std::size_t limit) : limit_{limit} {}

    /// Adds whole lines. Full, said once, means that they had no room and that the queue has dropped itself.
    Push push(std::string_view lines);

    /// Adds `last_words`; what is queued is still to be sent, and nothing can be added any more.
    void close(std::string_view last_words);

    /// As close(), but what is queued is thrown away.
    void drop(std::string_view last_words);

    /// Everything queued, in one piece; of more than 64 KiB only that much, to the end of its line. Taking the next
    /// batch says that the one before has been sent. Blocks: until something is queued, or the queue is closed.
    Batch take();

    bool closed() const;
    bool dropped() const;

    /// Blocks: until the queue is closed, or `time` has passed. True when it is closed.
    bool wait_until_closed(std::chrono::steady_clock::duration time);

private:
    void end(std::string_view last_words);

    const std::size_t limit_;
    mutable std::mutex mutex_;  // guards what follows; held for moments only, never across a blocking call
    std::condition_variable changed_;
    std::string queue_;
    std::size_t in_hand_ = 0;  // bytes taken, but perhaps not sent yet
    bool closed_ = false;
    bool dropped_ = false;
};

}  // namespace chat
