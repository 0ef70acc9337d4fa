// tracer/app/telling.cpp - batches of records, a thread that tells them.
#include "app/telling.hpp"

#include <utility>

namespace sockstep::app {

namespace {

constexpr std::size_t most_waiting = 1 << 17;  // records; some hundred octets each

}  // namespace

Telling::Telling(RunReport& report, When when)
    : report_{report},
      sequencer_{{.frame = [this](const record::Frame& frame) { report_.add(frame); },
                  .event = [this](record::Event event) { report_.add(std::move(event)); },
                  .passage = [this](const record::Passage& passage) { report_.add(passage); }}} {
    if (when == When::Aside) {
        thread_.emplace([this] { tell_all(); });
    }
}

Telling::~Telling() {
    if (thread_ && thread_->joinable()) {
        {
            const std::lock_guard lock{mutex_};
            abandoned_ = true;
        }
        changed_.notify_all();
        thread_->join();
    }
}

void Telling::add(const record::Frame& frame) {
    take(kept(frame));
}

void Telling::add(record::Event event) {
    take(std::move(event));
}

void Telling::add(const record::Passage& passage) {
    take(passage);
}

void Telling::take(Item item) {
    if (thread_) {
        items_.push_back(std::move(item));
    } else {
        std::visit([this](auto& each) { sequencer_.add(std::move(each)); }, item);
    }
}

void Telling::show_until(base::Timestamp complete) {
    if (thread_) {
        hand_over(complete, false);
    } else {
        sequencer_.hand_on_until(complete);
        report_.show_until(complete);
    }
}

void Telling::tell_until(base::Timestamp complete) {
    sequencer_.hand_on_until(complete);
}

std::uint64_t Telling::finish() {
    if (thread_) {
        hand_over(base::Timestamp::max(), true);
        thread_->join();
        if (failure_) {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
    } else {
        sequencer_.finish();
    }
    return sequencer_.late();
}

void Telling::hand_over(base::Timestamp complete, bool is_last) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return waiting_ <= most_waiting || failure_; });
    if (failure_ && !is_last) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
    waiting_ += items_.size();
    batches_.push_back({std::exchange(items_, std::exchange(spare_, {})), complete, is_last});
    changed_.notify_all();
}

void Telling::tell_all() {
    for (bool more = true; more;) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return !batches_.empty() || abandoned_; });
        if (abandoned_) {
            return;
        }
        Batch batch = std::move(batches_.front());
        batches_.pop_front();
        lock.unlock();
        const std::size_t count = batch.items.size();
        more = !batch.is_last;
        std::exception_ptr failure;
        try {
            tell(batch);
        } catch (...) {
            failure = std::current_exception();
            more = false;
        }
        batch.items.clear();
        lock.lock();
        spare_ = std::move(batch.items);
        waiting_ -= count;
        failure_ = failure;
        changed_.notify_all();
    }
}

void Telling::tell(Batch& batch) {
    for (Item& item : batch.items) {
        std::visit([this](auto& each) { sequencer_.add(std::move(each)); }, item);
    }
    sequencer_.hand_on_until(batch.complete);
    if (!batch.is_last) {
        report_.show_until(batch.complete);
    }
}

}  // namespace sockstep::app
