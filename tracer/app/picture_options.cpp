// tracer/app/picture_options.cpp - words to a choice of moments and a look.
#include "app/picture_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/words.hpp"

namespace sockstep::app {

namespace {

using correlate::Segment;
using correlate::Timeline;

/// The number in `text`, all of it, if it is one and not negative.
template <typename Number>
std::optional<Number> not_negative(std::string_view text) {
    const auto number = base::number_in<Number>(text);
    return number && *number >= Number{0} ? number : std::nullopt;
}

bool is_segment(std::string_view place) {
    return place.starts_with('#');
}

std::string refusal_of(const std::string& place) {
    constexpr double most = 1e9;
    const auto time = not_negative<double>(place);
    const bool is_good =
        is_segment(place) ? not_negative<std::uint64_t>(place.substr(1)).has_value() : time && *time <= most;
    return is_good ? "" : place + " is neither a time in seconds nor a segment such as #3";
}

const Segment& segment_at(const Timeline& timeline, const std::string& place) {
    const std::uint64_t id = not_negative<std::uint64_t>(place.substr(1)).value_or(0);
    if (id == 0 || id > timeline.segments.size()) {
        throw std::runtime_error{fmt::format("there is no segment {}", place)};
    }
    return timeline.segment(id);
}

/// Its way ends when it has arrived and those that it woke have returned.
base::Timestamp end_of(const Timeline& timeline, const Segment& segment) {
    base::Timestamp end = segment.arrived.value_or(segment.time);
    for (const std::size_t passage : segment.passages) {
        end = std::max(end, timeline.passages[passage].what.time);
    }
    for (const std::uint64_t id : segment.woke) {
        const correlate::Call& call = timeline.call(id);
        end = call.end ? std::max(end, call.end->time) : end;
    }
    return end;
}

/// Its way begins with the calls whose bytes it carries.
base::Timestamp begin_of(const Timeline& timeline, const Segment& segment) {
    base::Timestamp begin = segment.time;
    if (segment.cause.call != 0) {
        begin = std::min(begin, timeline.call(segment.cause.call).begin.time);
    }
    return begin;
}

std::optional<base::Duration> time_of(const Timeline& timeline, const std::string& place, bool is_end) {
    if (place.empty()) {
        return std::nullopt;
    }
    if (is_segment(place)) {
        const Segment& segment = segment_at(timeline, place);
        return timeline.since_start(is_end ? end_of(timeline, segment) : begin_of(timeline, segment));
    }
    return base::Duration{std::llround(not_negative<double>(place).value_or(0) * 1e9)};
}

/// An option whose value is one of several words.
template <typename Value>
void add_choice(CLI::App& command, const char* name, Value& value, const std::map<std::string, Value>& words,
                const char* about) {
    std::string all;
    for (const auto& [word, each] : words) {
        all += (all.empty() ? "" : "|") + word;
    }
    command
        .add_option_function<std::string>(
            name, [&value, words](const std::string& word) { value = words.at(word); }, about)
        ->check([words, all](const std::string& word) {
            return words.contains(word) ? std::string{} : fmt::format("{} is none of {}", word, all);
        })
        ->type_name(all);
}

}  // namespace

PictureOptions PictureWishes::in(const Timeline& timeline) const {
    PictureOptions resolved = options;
    resolved.what.from = time_of(timeline, from, false);
    resolved.what.to = time_of(timeline, to, true);
    if (is_segment(to)) {
        resolved.what.begun_by = timeline.since_start(segment_at(timeline, to).time);
    }
    return resolved;
}

void add_picture_options(CLI::App& command, PictureWishes& wishes) {
    PictureOptions& options = wishes.options;
    command.add_option("--from", wishes.from, "Draw from a time on, 0.25, or from the call that made a segment, '#3'")
        ->check(refusal_of)
        ->type_name("PLACE");
    command
        .add_option("--to", wishes.to,
                    "Draw up to a time; up to a segment: what had begun when it left, until what it woke has returned")
        ->check(refusal_of)
        ->type_name("PLACE");
    add_choice<render::Only>(command, "--only", options.what.only,
                             {{"calls", render::Only::Calls}, {"segments", render::Only::Segments}}, "Draw only these");
    command.add_option("--title", options.what.title, "What stands above the picture")->type_name("TEXT");
    add_choice<render::Theme>(
        command, "--theme", options.theme,
        {{"light", render::Theme::Light}, {"dark", render::Theme::Dark}, {"print", render::Theme::Print}},
        "Colours of the picture [light]; print is black and white");
    add_choice<render::Scale>(command, "--scale", options.scale,
                              {{"even", render::Scale::Even}, {"time", render::Scale::Time}},
                              "Draw a row for each thing that happens, or distances that are times [even]");
}

}  // namespace sockstep::app
