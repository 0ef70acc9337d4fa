// tracer/tracefile/record_order.cpp - times do not run back; calls and frames are counted.
#include "tracefile/record_order.hpp"

#include <fmt/format.h>

#include <type_traits>
#include <variant>

namespace sockstep::tracefile {

namespace {

/// Of what happened; a Shown tells when somebody looked.
base::Timestamp time_of(const Record& record, base::Timestamp otherwise) {
    return std::visit(
        [&](const auto& each) {
            using T = std::decay_t<decltype(each)>;
            if constexpr (std::is_same_v<T, Shown>) {
                return otherwise;
            } else if constexpr (std::is_same_v<T, KeptFrame>) {
                return each.frame.time;
            } else {
                return each.time;
            }
        },
        record);
}

}  // namespace

std::string RecordOrder::objection_to(const Record& record) {
    const base::Timestamp time = time_of(record, last_);
    if (time < last_) {
        return "is earlier than the one before it";
    }
    std::string why = std::visit([this](const auto& each) { return objection(each); }, record);
    if (why.empty()) {
        last_ = time;
    }
    return why;
}

std::string RecordOrder::objection(const KeptFrame& kept) {
    if (kept.frame.number <= frame_) {
        return fmt::format("is frame {}, and comes after frame {}", kept.frame.number, frame_);
    }
    frame_ = kept.frame.number;
    return {};
}

std::string RecordOrder::objection(const record::CallBegin& call) {
    if (call.id != ended_.size() + 1) {
        return fmt::format("begins call {}, and the last one before it is call {}", call.id, ended_.size());
    }
    ended_.push_back(false);
    return {};
}

std::string RecordOrder::objection(const record::CallEnd& end) {
    if (end.id == 0 || end.id > ended_.size()) {
        return fmt::format("ends call {}, which has not begun", end.id);
    }
    if (ended_[end.id - 1]) {
        return fmt::format("ends call {}, which has ended before", end.id);
    }
    ended_[end.id - 1] = true;
    return {};
}

}  // namespace sockstep::tracefile
