// tracer/capture/fault.cpp - the list of faults.
#include "capture/fault.hpp"

#include <utility>

namespace sockstep::capture {

void FaultList::add(std::uint64_t offset, std::string what) {
    faults_.push_back({offset, std::move(what)});
}

void FaultList::add_lie(Lie lie, std::uint64_t offset, std::string what) {
    if (!std::exchange(told_.at(static_cast<std::size_t>(lie)), true)) {
        add(offset, std::move(what));
    }
}

void FaultList::add_end(const Input& input) {
    if (!input.damage().empty()) {
        add(input.end_offset(), input.damage());
    }
}

void FaultList::add_cut(const Input& input, std::uint64_t offset, std::string what) {
    if (!input.damage().empty()) {
        add_end(input);
    } else if (!input.interrupted()) {
        add(offset, std::move(what));
    }
}

}  // namespace sockstep::capture
