// tracer/labnet/treatment.hpp - what is to be done with one frame, gathered from rules and effects.
#pragma once

#include "base/timestamp.hpp"
#include "record/passage.hpp"

namespace sockstep::labnet {

/// Begins as "deliver it as it is, now"; rules and effects add to it. `drop` outdoes all else, `hold` all but that.
struct Treatment {
    record::DropReason drop = record::DropReason::None;
    bool hold = false;
    bool duplicate = false;
    bool corrupt = false;
    base::Duration delay{};

    bool dropped() const { return drop != record::DropReason::None; }

    friend bool operator==(const Treatment&, const Treatment&) = default;
};

}  // namespace sockstep::labnet
