// tracer/app/ahead.hpp - work that a thread does some steps ahead of the one that needs it.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace sockstep::app {

/// A thread that makes one Item after the other, in order, into a few places that are used again and again.
template <typename Item>
class Ahead {
public:
    /// `fill` makes the next item in the place of an old one, in the thread; false: there is none, and none will come.
    explicit Ahead(std::function<bool(Item&)> fill) : fill_{std::move(fill)}, thread_{[this] { make_all(); }} {}
    ~Ahead() {
        {
            const std::lock_guard lock{mutex_};
            abandoned_ = true;
        }
        room_.notify_one();
        thread_.join();
    }
    Ahead(const Ahead&) = delete;
    Ahead& operator=(const Ahead&) = delete;

    /// The next item, good until the next call; null at the end. Blocks: until it is made. Throws: what `fill` threw,
    /// after all items that it made before.
    Item* next() {
        std::unique_lock lock{mutex_};
        taken_ += std::exchange(one_is_lent_, false) ? 1U : 0U;
        if (made_ - taken_ <= places / 2) {  // not for each one: to wake a thread is dearer than to fill a place
            room_.notify_one();
        }
        items_.wait(lock, [this] { return made_ > taken_ || ended_; });
        if (made_ > taken_) {
            one_is_lent_ = true;
            return &item(taken_);
        }
        if (failure_) {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
        return nullptr;
    }

private:
    static constexpr std::size_t places = 8;

    Item& item(std::size_t number) { return items_made_[number % places]; }

    void make_all() {
        std::unique_lock lock{mutex_};
        while (!abandoned_ && !ended_) {
            if (made_ - taken_ == places) {
                room_.wait(lock, [this] { return made_ - taken_ <= places / 2 || abandoned_; });
                continue;
            }
            Item& place = item(made_);
            lock.unlock();
            const bool made = make(place);
            lock.lock();
            made_ += made ? 1U : 0U;
            ended_ = !made;
            items_.notify_one();
        }
    }

    bool make(Item& place) {
        try {
            return fill_(place);
        } catch (...) {
            const std::lock_guard lock{mutex_};
            failure_ = std::current_exception();
            return false;
        }
    }

    std::function<bool(Item&)> fill_;
    std::array<Item, places> items_made_;
    std::mutex mutex_;  // of all below
    std::condition_variable items_;
    std::condition_variable room_;
    std::size_t made_ = 0;   // both count from the beginning
    std::size_t taken_ = 0;  // the reader is done with
    bool one_is_lent_ = false;
    bool ended_ = false;
    bool abandoned_ = false;
    std::exception_ptr failure_;
    std::thread thread_;  // the last, as it uses all others
};

}  // namespace sockstep::app
