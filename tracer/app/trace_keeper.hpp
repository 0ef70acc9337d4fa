// tracer/app/trace_keeper.hpp - what a run's report takes in, kept in a trace file too.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "base/timestamp.hpp"
#include "correlate/timeline.hpp"
#include "os/fd.hpp"
#include "record/event.hpp"
#include "record/frame.hpp"
#include "record/passage.hpp"
#include "tracefile/run.hpp"
#include "tracefile/writer.hpp"

namespace sockstep::app {

/// "sockstep 1.2.3", as a file says who made it.
std::string made_by();

/// A segment in words, for readers who have only Wireshark: what it does, who made it, whom it woke, what our wire did.
std::string comment_on(const correlate::Timeline& timeline, const correlate::Segment& segment);

/// Told the records in the order in which a report takes them. A frame waits until its causes and wakes are known, a
/// quarter of a second, and all that comes after it waits with it: a run that is killed leaves a beginning of itself.
class TraceKeeper {
public:
    /// `path` names `file`. Throws: std::system_error naming it.
    TraceKeeper(os::Fd file, const std::string& path, const tracefile::About& about);
    /// Brings out what is there. The file then says that the run was cut off, unless finish() was called.
    ~TraceKeeper();
    TraceKeeper(const TraceKeeper&) = delete;
    TraceKeeper& operator=(const TraceKeeper&) = delete;

    void add(const record::Frame& frame);  // octets are copied
    void add(const record::Event& event);
    void add(const record::Passage& passage);
    void add(const tracefile::Shown& shown);

    /// It is `time` now, and `timeline` has all that was added.
    void write_until(base::Timestamp time, const correlate::Timeline& timeline);
    void finish(const correlate::Timeline& timeline);

    /// Why the file is not whole, one line; empty if it is. A run goes on when the disk is full.
    const std::string& failure() const { return failure_; }

private:
    struct Waiting {
        base::Timestamp until;
        tracefile::Record record;
    };

    void wait(base::Timestamp until, tracefile::Record record);
    void write(const Waiting& waiting, const correlate::Timeline* timeline);
    template <typename Action>
    void attempt(Action action);

    std::optional<tracefile::Writer> writer_;  // absent: it failed
    std::deque<Waiting> waiting_;
    base::Timestamp flushed_{};
    std::string failure_;
};

}  // namespace sockstep::app
