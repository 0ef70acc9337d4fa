// tracer/tracefile/record_order.hpp - whether a record can follow those before it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/timestamp.hpp"
#include "tracefile/run.hpp"

namespace sockstep::tracefile {

/// Told the records of a run one after the other.
class RecordOrder {
public:
    /// Empty if it can follow; otherwise why not, and it counts as not there.
    std::string objection_to(const Record& record);

private:
    std::string objection(const KeptFrame& kept);
    std::string objection(const record::CallBegin& call);
    std::string objection(const record::CallEnd& end);
    template <typename Other>
    std::string objection(const Other& /*other*/) {
        return {};
    }

    base::Timestamp last_{};
    std::uint64_t frame_ = 0;
    std::vector<bool> ended_;  // by call
};

}  // namespace sockstep::tracefile
