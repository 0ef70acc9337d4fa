// tracer/tracefile/gatherer.hpp - the runs of a file, out of the texts of its blocks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/fault.hpp"
#include "record/frame.hpp"
#include "tracefile/record_lines.hpp"
#include "tracefile/run.hpp"

namespace sockstep::tracefile {

/// Takes blocks in any order, some perhaps twice: a file may have been rewritten, merged with others, or shortened.
/// After the first fault nothing more is taken.
class Gatherer {
public:
    /// What an interface block at `offset` of the file holds.
    void take(std::uint64_t offset, std::string_view text);
    /// A frame, and what its packet block holds; nothing, if it is of no run.
    void take(std::uint64_t offset, std::string_view text, const record::Frame& frame);

    /// True as soon as anything was taken that belongs to a run, sound or not.
    bool has_any() const { return has_any_; }
    /// Frames that are of no run.
    std::uint64_t strangers() const { return strangers_; }

    /// The runs, in the order in which they began to be taken; each only as far as its records make sense, which may
    /// add a fault. To be called once.
    std::vector<Run> finish();
    /// At most one of reading, and one of each run. One line each.
    const std::vector<capture::Fault>& faults() const { return faults_; }

private:
    struct Kept {
        std::uint64_t order = 0;
        std::uint64_t offset = 0;
        Record record;
    };
    struct Parts {
        std::uint64_t offset = 0;
        std::optional<About> about{};
        std::optional<std::uint64_t> records{};  // as its end says
        std::vector<Kept> kept{};
    };

    Parts& parts_of(const std::string& run, std::uint64_t offset);
    void take_lines(std::uint64_t offset, std::string_view text);
    static std::optional<Run> settle(Parts parts, std::vector<capture::Fault>& faults);

    std::map<std::string, Parts> runs_;
    std::vector<std::string> in_order_;
    std::vector<capture::Fault> faults_;
    bool has_any_ = false;
    std::uint64_t strangers_ = 0;
};

}  // namespace sockstep::tracefile
