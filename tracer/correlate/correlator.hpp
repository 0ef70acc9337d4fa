// tracer/correlate/correlator.hpp - records in, a timeline out: who caused each segment, and what woke each call.
#pragma once

#include <cstdint>
#include <memory>

#include "base/timestamp.hpp"
#include "correlate/timeline.hpp"
#include "record/event.hpp"
#include "record/frame.hpp"
#include "record/passage.hpp"

/// correlate: joins calls with segments. Comes in: records in the order of their times. Goes out: a timeline, which
/// grows with each of them. Called by whoever runs programs or reads a trace; must not know ptrace, libpcap or how
/// anything is printed. Calls and segments are joined by socket and stream bytes; times only break ties. What cannot
/// be known stays unknown.
namespace sockstep::correlate {

/// How frames get from one end to the other.
enum class Travel : std::uint8_t {
    AtOnce,    // they are seen in one place, and taken to arrive when they are seen
    Recorded,  // a record::Passage says when each arrives, or that it never does
};

class Correlator {
public:
    /// `hash_seed`: see tcp::Tracker.
    explicit Correlator(std::uint64_t hash_seed = 0, Travel travel = Travel::AtOnce);
    ~Correlator();
    Correlator(const Correlator&) = delete;
    Correlator& operator=(const Correlator&) = delete;

    /// REQUIRES: not earlier than what was added before. Octets of a frame are copied as far as they are kept.
    void add(const record::Frame& frame);
    void add(record::Event event);
    void add(const record::Passage& passage);

    /// Nothing more will come: what is open now stayed open.
    void finish();

    /// What is known by now. A moment that has been appended stays; what it points to may become better known: a
    /// segment learns whom it woke when that call returns, a send which segments it caused when they pass.
    const Timeline& timeline() const;

private:
    class Joins;

    std::unique_ptr<Joins> joins_;
};

}  // namespace sockstep::correlate
