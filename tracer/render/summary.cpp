// tracer/render/summary.cpp - counts in columns.
#include "render/summary.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/ip_address.hpp"
#include "explain/words.hpp"

namespace sockstep::render {

namespace {

constexpr std::size_t wide = 120;

std::string plural(std::uint64_t count, std::string_view singular) {
    return explain::count(static_cast<std::int64_t>(count), singular);
}

/// A line that is put together column by column. A hundred thousand rows are usual, and counting the width of each text
/// as fmt's "{:<23}" does, which allows for wide characters, takes longer than all else.
class Columns {
public:
    Columns& left(std::string_view text, std::size_t width) {
        line_ += text;
        return pad(text.size(), width);
    }
    Columns& right(std::uint64_t number, std::size_t width) {
        const fmt::format_int digits{number};
        pad(digits.size(), width);
        line_.append(digits.data(), digits.size());
        return *this;
    }
    Columns& text(std::string_view text) { return left(text, 0); }
    std::string take() { return std::move(line_); }

private:
    Columns& pad(std::size_t used, std::size_t width) {
        line_.append(used < width ? width - used : 0, ' ');
        return *this;
    }

    std::string line_;
};

/// "[2001:db8::1]:80"; "?" after it marks a guess.
std::string endpoint(const tcp::Connection& connection, tcp::Side side) {
    std::string text = to_string(connection.of(side).endpoint);
    if (side == tcp::Side::Client && connection.known_by == tcp::KnownBy::First) {
        text += '?';
    }
    return text;
}

/// "  12 in 5": bytes in segments.
std::string traffic(const tcp::End& end) {
    return Columns{}.text("  ").right(end.bytes, 0).text(" in ").right(end.segments, 0).take();
}

constexpr std::size_t id_width = 7;
constexpr std::size_t endpoint_width = 22;  // an IPv4 address, a port and "?"
constexpr std::size_t word_width = 12;
constexpr std::size_t bytes_width = 11;
constexpr std::size_t segments_width = 9;

std::string wide_row(const tcp::Connection& connection, std::uint64_t again) {
    Columns row;
    row.right(connection.id, id_width).text("  ");
    for (const tcp::Side side : {tcp::Side::Client, tcp::Side::Server}) {
        const tcp::End& end = connection.of(side);
        row.left(endpoint(connection, side), endpoint_width).right(end.bytes, bytes_width);
        row.right(end.segments, segments_width).text("  ");
    }
    row.left(name(connection.handshake()), word_width).left(name(connection.closed()), word_width / 2);
    return row.right(again, 0).text("\n").take();
}

std::string two_rows(const tcp::Connection& connection, std::uint64_t again) {
    Columns row;
    row.right(connection.id, id_width).text("  ");
    row.left(endpoint(connection, tcp::Side::Client), endpoint_width);
    row.left(endpoint(connection, tcp::Side::Server), endpoint_width);
    row.left(name(connection.handshake()), word_width).text(name(connection.closed())).text("\n");
    row.left("", id_width + 2).left(traffic(connection.client), endpoint_width);
    row.left(traffic(connection.server), endpoint_width).right(again, 0).text("\n");
    return row.take();
}

}  // namespace

std::string summary_heading(const Style& style) {
    Columns row;
    row.left("     id", id_width).text("  ");
    if (style.width >= wide) {
        for (const std::string_view side : {"client", "server"}) {
            row.left(side, endpoint_width).text("      bytes").text(" segments").text("  ");
        }
        return row.left("handshake", word_width).left("end", word_width / 2).text("again\n").take();
    }
    row.left("client", endpoint_width).left("server", endpoint_width).left("handshake", word_width).text("end\n");
    row.left("", id_width + 2).left("  bytes in segments", endpoint_width);
    return row.left("  bytes in segments", endpoint_width).text("sent again\n").take();
}

std::string summary_row(const tcp::Connection& connection, const Style& style) {
    const std::uint64_t again = connection.client.retransmissions + connection.server.retransmissions;
    return style.width >= wide ? wide_row(connection, again) : two_rows(connection, again);
}

std::string totals_text(const Totals& totals, const Style& style) {
    std::string text = fmt::format("{}: {} in {}", plural(totals.frames, "frame"),
                                   plural(totals.segments, "TCP segment"), plural(totals.connections, "connection"));
    const auto add = [&text](std::uint64_t count, std::string_view what) {
        if (count > 0) {
            text += fmt::format(", {} {}", explain::number(static_cast<std::int64_t>(count)), what);
        }
    };
    add(totals.not_tcp, "of other protocols");
    add(totals.fragments, totals.fragments == 1 ? "IP fragment" : "IP fragments");
    add(totals.cut_short, "cut before the TCP header ended");
    add(totals.malformed, "malformed");
    std::string lines = "\n";
    for (const std::string& line : wrapped(text, style.width)) {
        lines += line + "\n";
    }
    return lines;
}

}  // namespace sockstep::render
