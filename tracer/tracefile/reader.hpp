// tracer/tracefile/reader.hpp - a capture file that may be a trace: its frames, and its runs.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "capture/file_reader.hpp"
#include "record/frame.hpp"
#include "tracefile/gatherer.hpp"
#include "tracefile/run.hpp"

namespace sockstep::tracefile {

/// Reads any capture file. Whether it is a trace is known with its first frame; then runs() takes it in as a whole.
class Reader {
public:
    explicit Reader(capture::FileReader file);

    /// As capture::FileReader::next().
    std::size_t next(std::span<record::Frame> frames);
    /// What was wrong with what next() has read.
    const std::vector<capture::Fault>& faults() const { return file_.faults(); }

    /// True if blocks that belong to runs were met. REQUIRES: next() was called.
    bool is_trace() const { return gatherer_->has_any(); }

    struct Runs {
        std::vector<Run> runs;
        std::vector<capture::Fault> faults;  // of the file and of its records
        std::uint64_t strangers = 0;         // frames of no run
    };
    /// All runs of the file; `first` are the frames that next() has read, once. REQUIRES: is_trace().
    Runs runs(std::span<const record::Frame> first);

private:
    std::unique_ptr<Gatherer> gatherer_;  // stays where it is when this moves: the file's reader tells it
    capture::FileReader file_;
};

}  // namespace sockstep::tracefile
