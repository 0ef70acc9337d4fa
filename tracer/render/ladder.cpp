// tracer/render/ladder.cpp - a page of segments, connection by connection.
#include "render/ladder.hpp"

#include <fmt/format.h>

#include "base/ip_address.hpp"

namespace sockstep::render {

std::string Ladder::heading(const tcp::Connection& connection) const {
    return painted(page_.style(), Paint::Strong, fmt::format("connection {}", connection.id)) + "\n" +
           page_.heading(fmt::format("client{} {}", connection.known_by == tcp::KnownBy::First ? "?" : "",
                                     to_string(connection.client.endpoint)),
                         fmt::format("{} server", to_string(connection.server.endpoint)));
}

std::string Ladder::segment(base::Duration at, const decode::TcpSegment& packet, const tcp::Segment& segment,
                            const tcp::Connection& connection, const explain::Explanation& explanation) {
    std::string text;
    if (connection.id != shown_connection_) {
        text = (shown_connection_ == 0 ? "" : "\n") + heading(connection);
        shown_connection_ = connection.id;
    }
    std::vector<Line> between = page_.drawing(packet, segment);
    std::vector<Line> beside = page_.sentences(explanation, page_.sentence_columns());
    if (!page_.has_room_beside()) {
        between.insert(between.end(), beside.begin(), beside.end());
        beside.clear();
    }
    return text + page_.rows(at, std::move(between), std::move(beside));
}

std::string Ladder::frame(base::Duration at, std::uint64_t number, std::string_view what) {
    return page_.across(at, Paint::Warning, fmt::format("frame {}: {}", number, what));
}

std::string Ladder::output(base::Duration at, std::string_view program, bool typed, std::string_view text) {
    const std::string said = quoted(text, 4 * page_.style().width);
    return page_.across(at, Paint::Strong, fmt::format("{} {}: {}", program, typed ? "types" : "prints", said));
}

std::string Ladder::connection(const tcp::Connection& connection, const explain::Explanation& explanation) {
    shown_connection_ = connection.id;
    return last_word(page_, connection, explanation);
}

}  // namespace sockstep::render
