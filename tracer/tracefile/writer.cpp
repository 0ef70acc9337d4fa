// tracer/tracefile/writer.cpp - lines collected into blocks.
#include "tracefile/writer.hpp"

#include <fmt/format.h>

#include <cassert>
#include <utility>
#include <variant>

#include "tracefile/record_text.hpp"

namespace sockstep::tracefile {

namespace {

constexpr std::size_t much = 32UL * 1024;  // octets

}  // namespace

Writer::Writer(os::Fd file, const std::string& path, std::string id, const About& about, base::LinkType link)
    : id_{std::move(id)}, file_{std::move(file), path, about.made_by, link, "sockstep"} {
    part_ = text_of(about);
    flush();
}

void Writer::add(const record::Frame& frame, std::string_view comment) {
    file_.add(frame, comment, text_of_frame(id_, ++records_, frame));
    write_when_much();
}

void Writer::add(const Record& record) {
    assert(!std::holds_alternative<KeptFrame>(record));
    part_ += text_of(++records_, record);
    write_when_much();
}

void Writer::write_when_much() {
    if (part_.size() > much) {
        end_part();
    }
    if (file_.waiting() > 2 * much) {
        file_.flush();
    }
}

/// Names differ, because mergecap may take interfaces for the same that differ in nothing but custom options.
void Writer::end_part() {
    if (!part_.empty()) {
        file_.add_text(fmt::format("sockstep run {} part {}", id_, ++parts_), text_of_part(id_) + part_);
        part_.clear();
    }
}

void Writer::flush() {
    end_part();
    file_.flush();
}

void Writer::finish() {
    part_ += text_of_end(records_);
    end_part();
    file_.move_last_frame_to_end();
}

}  // namespace sockstep::tracefile
