// server/chat/outbox.cpp - a string, a mutex and a condition.
#include "chat/outbox.hpp"

#include <utility>

namespace chat {

namespace {
constexpr std::size_t large_batch = 65536;  // small beside the limit, so that bytes in hand hardly count against it
constexpr std::string_view too_slow = "* Disconnected: you read too slowly.\n";
}  // namespace

Outbox::Push Outbox::push(std::string_view lines) {
    const std::lock_guard lock{mutex_};
    if (closed_) {
        return Push::Closed;
    }
    if (in_hand_ + queue_.size() + lines.size() > limit_) {
        queue_.clear();
        dropped_ = true;
        end(too_slow);
        return Push::Full;
    }
    queue_ += lines;
    changed_.notify_all();
    return Push::Queued;
}

void Outbox::close(std::string_view last_words) {
    const std::lock_guard lock{mutex_};
    if (!closed_) {
        end(last_words);
    }
}

void Outbox::drop(std::string_view last_words) {
    const std::lock_guard lock{mutex_};
    if (!closed_) {
        queue_.clear();
        dropped_ = true;
        end(last_words);
    }
}

void Outbox::end(std::string_view last_words) {
    queue_ += last_words;
    closed_ = true;
    changed_.notify_all();
}

Outbox::Batch Outbox::take() {
    std::unique_lock lock{mutex_};
    in_hand_ = 0;
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    Batch batch;
    const std::size_t line_end = queue_.find('\n', large_batch);
    if (line_end == std::string::npos) {
        batch.bytes = std::exchange(queue_, {});
    } else {
        batch.bytes = queue_.substr(0, line_end + 1);
        queue_.erase(0, line_end + 1);
    }
    in_hand_ = batch.bytes.size();
    batch.last = closed_ && queue_.empty();
    return batch;
}

bool Outbox::closed() const {
    const std::lock_guard lock{mutex_};
    return closed_;
}

bool Outbox::dropped() const {
    const std::lock_guard lock{mutex_};
    return dropped_;
}

bool Outbox::wait_until_closed(std::chrono::steady_clock::duration time) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, time, [this] { return closed_; });
}

}  // namespace chat
