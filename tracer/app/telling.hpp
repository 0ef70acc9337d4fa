// tracer/app/telling.hpp - what a run's sources record is brought into order and told to the report.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "app/run_report.hpp"
#include "app/sequencer.hpp"

namespace sockstep::app {

/// In a thread of its own, so that programs that are traced do not wait while lines about them are written; or at
/// once, for whoever looks at the report meanwhile.
class Telling {
public:
    enum class When : std::uint8_t { Aside, AtOnce };
    /// From now until the end of finish() the report belongs to this. It must outlive it.
    Telling(RunReport& report, When when);
    ~Telling();
    Telling(const Telling&) = delete;
    Telling& operator=(const Telling&) = delete;

    void add(const record::Frame& frame);  // its octets are copied
    void add(record::Event event);
    void add(const record::Passage& passage);

    /// All that happened before `complete` has been added: it can be told, and shown. Blocks while far too much is
    /// waiting to be told. Throws: what the report threw, from whichever call.
    void show_until(base::Timestamp complete);
    /// The same, and it is not shown yet. REQUIRES: AtOnce.
    void tell_until(base::Timestamp complete);
    /// Nothing more will come. Blocks until all is told; what is left is not shown yet. Throws: the same.
    /// Returns: how many records came too late for their place.
    std::uint64_t finish();

private:
    using Item = std::variant<KeptFrame, record::Event, record::Passage>;
    struct Batch {
        std::vector<Item> items;
        base::Timestamp complete{};
        bool is_last = false;
    };

    void take(Item item);
    void hand_over(base::Timestamp complete, bool is_last);
    void tell(Batch& batch);
    void tell_all();

    RunReport& report_;
    Sequencer sequencer_;
    std::vector<Item> items_;  // that are not handed over yet

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch> batches_;
    std::size_t waiting_ = 0;  // items in them
    std::vector<Item> spare_;  // room for the next
    bool abandoned_ = false;
    std::exception_ptr failure_;
    std::optional<std::thread> thread_;
};

}  // namespace sockstep::app
