// tracer/render/diagram_text.hpp - what a picture says of a segment, a call, a process.
#pragma once

#include <string>

#include "correlate/timeline.hpp"
#include "render/diagram.hpp"

namespace sockstep::render {

/// Fill in all that `item` says; its place and its relations are left.
void describe_segment(const correlate::Timeline& timeline, const correlate::Segment& segment, Item& item);
/// `twice`: its beginning and its end are told apart.
void describe_call(const correlate::Timeline& timeline, const correlate::Call& call, bool twice, Item& item);
void describe_output(const record::Output& output, Item& item);
/// Empty text: not worth a row.
void describe_process(const record::Process& process, const std::string& name, Item& item);

}  // namespace sockstep::render
