// tracer/tracefile/reader.cpp - frames with their texts to the gatherer.
#include "tracefile/reader.hpp"

#include <string>
#include <utility>

#include "tracefile/pcapng_file.hpp"

namespace sockstep::tracefile {

Reader::Reader(capture::FileReader file) : gatherer_{std::make_unique<Gatherer>()}, file_{std::move(file)} {
    file_.look_for({custom_option, enterprise}, [gatherer = gatherer_.get()](std::uint64_t offset, std::string text) {
        gatherer->take(offset, text);
    });
}

std::size_t Reader::next(std::span<record::Frame> frames) {
    return file_.next(frames);
}

Reader::Runs Reader::runs(std::span<const record::Frame> first) {
    for (const record::Frame& frame : first) {
        gatherer_->take(file_.packet_offset(), file_.packet_text(), frame);
    }
    record::Frame frame;
    while (!first.empty() && file_.next(frame)) {
        gatherer_->take(file_.packet_offset(), file_.packet_text(), frame);
    }
    Runs all;
    all.runs = gatherer_->finish();
    all.faults = gatherer_->faults();
    all.faults.insert(all.faults.end(), file_.faults().begin(), file_.faults().end());
    all.strangers = gatherer_->strangers();
    return all;
}

}  // namespace sockstep::tracefile
