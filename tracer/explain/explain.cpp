// tracer/explain/explain.cpp - puts the parts of a segment's explanation together.
#include "explain/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "explain/parts.hpp"
#include "explain/rules.hpp"

namespace sockstep::explain {

std::string Explanation::sources() const {
    std::string all;
    for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
        if (std::find_if(rules.begin(), rule, [&](const Rule& other) { return other.source == rule->source; }) !=
            rule) {
            continue;
        }
        if (!all.empty()) {
            all += "; ";
        }
        all += rule->source;
    }
    return all;
}

Explanation explain(const decode::TcpSegment& packet, const tcp::Segment& segment, const tcp::Connection& connection,
                    std::string_view why_reset) {
    const Subject subject{packet, segment, connection, why_reset};
    Story story;
    if (connection.is_to_itself) {
        story.say(
            "From an address and port to the very same: a socket that is connected to itself. Which way its segments "
            "go, "
            "and which answers which, cannot be told.",
            rules::simultaneous_open);
        if (segment.length > 0) {
            story.say(fmt::format("Carries {}.", bytes(segment.bytes)), rules::data);
        }
    } else if (packet.flags.rst()) {
        say_reset(subject, story);
    } else if (packet.flags.syn()) {
        say_open(subject, story);
    } else {
        say_data(subject, story);
        say_fin(subject, story);
        say_acknowledgement(subject, story);
        if (story.empty()) {
            say_no_news(subject, story);
        }
    }
    say_remarks(subject, story);
    return story.take();
}

void say_repeat(const Subject& subject, Story& story) {
    if (subject.packet.flags.syn()) {
        say_open(subject, story);
    } else if (subject.segment.length > 0) {
        say_data(subject, story);
    } else {
        say_fin(subject, story);
    }
}

}  // namespace sockstep::explain
