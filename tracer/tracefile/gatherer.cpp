// tracer/tracefile/gatherer.cpp - sorted, each once, and held against what a correlator requires.
#include "tracefile/gatherer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "tracefile/record_order.hpp"

namespace sockstep::tracefile {

namespace {

/// Takes the first line of `text`, without its newline.
std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

}  // namespace

void Gatherer::take(std::uint64_t offset, std::string_view text) {
    has_any_ = true;
    if (!faults_.empty()) {
        return;
    }
    try {
        take_lines(offset, text);
    } catch (const BadRecord& error) {
        faults_.push_back({offset, std::string{"a record of the trace "} + error.what()});
    }
}

void Gatherer::take_lines(std::uint64_t offset, std::string_view text) {
    const PartLine part = read_part_line(next_line(text));
    Parts& parts = parts_of(part.run, offset);
    while (!text.empty()) {
        auto line = read_line(next_line(text));
        if (auto* about = std::get_if<About>(&line)) {
            parts.about = std::move(*about);
        } else if (const auto* end = std::get_if<RunEnd>(&line)) {
            parts.records = end->records;
        } else {
            auto& ordered = std::get<OrderedRecord>(line);
            parts.kept.push_back({ordered.order, offset, std::move(ordered.record)});
        }
    }
}

void Gatherer::take(std::uint64_t offset, std::string_view text, const record::Frame& frame) {
    if (text.empty()) {
        ++strangers_;
        return;
    }
    has_any_ = true;
    if (!faults_.empty()) {
        return;
    }
    try {
        PartLine part = read_frame_line(next_line(text));
        const record::Frame named = part.frame.frame;
        part.frame.frame = frame;
        part.frame.frame.number = named.number;
        part.frame.frame.time = named.time;
        part.frame.frame.bytes = {};
        part.frame.octets.assign(frame.bytes.begin(), frame.bytes.end());
        parts_of(part.run, offset).kept.push_back({part.order, offset, std::move(part.frame)});
    } catch (const BadRecord& error) {
        faults_.push_back({offset, std::string{"a frame of the trace "} + error.what()});
    }
}

Gatherer::Parts& Gatherer::parts_of(const std::string& run, std::uint64_t offset) {
    const auto [found, is_new] = runs_.try_emplace(run);
    if (is_new) {
        found->second.offset = offset;
        in_order_.push_back(run);
    }
    return found->second;
}

std::vector<Run> Gatherer::finish() {
    std::vector<Run> runs;
    for (const std::string& id : in_order_) {
        if (auto run = settle(std::move(runs_.at(id)), faults_)) {
            run->id = id;
            runs.push_back(std::move(*run));
        }
    }
    return runs;
}

std::optional<Run> Gatherer::settle(Parts parts, std::vector<capture::Fault>& faults) {
    if (!parts.about) {
        if (faults.empty()) {
            faults.push_back({parts.offset, "a run of the trace lacks what says how it was made"});
        }
        return std::nullopt;
    }
    std::ranges::stable_sort(parts.kept, {}, &Kept::order);
    Run run{.about = std::move(*parts.about), .ended = parts.records.has_value()};
    RecordOrder sense;
    std::uint64_t last = 0;
    for (Kept& kept : parts.kept) {
        if (kept.order == last) {
            continue;  // it is there twice
        }
        if (const std::string objection = sense.objection_to(kept.record); !objection.empty()) {
            faults.push_back({kept.offset, fmt::format("record {} of the trace {}", kept.order, objection)});
            return run;
        }
        run.missing += kept.order - last - 1;
        last = kept.order;
        run.records.push_back(std::move(kept.record));
    }
    run.missing += parts.records && *parts.records > last ? *parts.records - last : 0;
    return run;
}

}  // namespace sockstep::tracefile
