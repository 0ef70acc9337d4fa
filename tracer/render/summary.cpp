// tracer/render/summary.cpp - counts in columns.
#include "render/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/ip_address.hpp"
#include "explain/words.hpp"

namespace sockstep::render {

namespace {

constexpr std::size_t one_row = 120;

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
constexpr std::size_t endpoint_width = 23;  // "255.255.255.255:65535?" and a space
constexpr std::size_t bytes_width = 11;
constexpr std::size_t segments_width = 9;
constexpr std::size_t handshake_width = 11;
constexpr std::size_t end_width = 5;

/// The beginning of a row: what names the connection. IPv6 endpoints that do not fit their columns stand above it, each
/// on a line of its own.
struct Names {
    Columns row;
    std::string client;
    std::string server;

    explicit Names(const tcp::Connection& connection)
        : client{endpoint(connection, tcp::Side::Client)}, server{endpoint(connection, tcp::Side::Server)} {
        row.right(connection.id, id_width).text("  ");
        if (std::max(client.size(), server.size()) >= endpoint_width) {
            row.text(client).text("\n").left("", id_width + 2).text(server).text("\n").left("", id_width + 2);
            client.clear();
            server.clear();
        }
    }
};

std::string wide_row(const tcp::Connection& connection, std::uint64_t again) {
    Names names{connection};
    Columns& row = names.row;
    row.left(names.client, endpoint_width).right(connection.client.bytes, bytes_width);
    row.right(connection.client.segments, segments_width).text("  ");
    row.left(names.server, endpoint_width).right(connection.server.bytes, bytes_width);
    row.right(connection.server.segments, segments_width).text("  ");
    row.left(name(connection.handshake()), handshake_width).left(name(connection.closed()), end_width);
    return row.right(again, 0).text("\n").take();
}

std::string two_rows(const tcp::Connection& connection, std::uint64_t again) {
    Names names{connection};
    Columns& row = names.row;
    row.left(names.client, endpoint_width).left(names.server, endpoint_width);
    row.left(name(connection.handshake()), handshake_width).text(name(connection.closed())).text("\n");
    row.left("", id_width + 2).left(traffic(connection.client), endpoint_width);
    row.left(traffic(connection.server), endpoint_width).right(again, 0).text("\n");
    return row.take();
}

}  // namespace

std::string summary_heading(const Style& style) {
    if (style.width >= one_row) {
        return fmt::format("{:>7}  {:<23}{:>11}{:>9}  {:<23}{:>11}{:>9}  {:<11}{:<5}{}\n", "id", "client", "bytes",
                           "segments", "server", "bytes", "segments", "handshake", "end", "again");
    }
    return fmt::format("{:>7}  {:<23}{:<23}{:<11}{}\n{:>7}  {:<23}{:<23}{}\n", "id", "client", "server", "handshake",
                       "end", "", "  bytes in segments", "  bytes in segments", "sent again");
}

std::string summary_row(const tcp::Connection& connection, const Style& style) {
    const std::uint64_t again = connection.client.retransmissions + connection.server.retransmissions;
    return style.width >= one_row ? wide_row(connection, again) : two_rows(connection, again);
}

std::string totals_text(const Totals& totals, const Style& style) {
    std::string text = fmt::format("{}: {} in {}", plural(totals.frames, "frame"),
                                   plural(totals.segments, "TCP segment"), plural(totals.connections, "connection"));
    const auto add = [&text](std::uint64_t count, std::string_view what) {
        if (count > 0) {
            text += fmt::format(", {} {}", explain::number(static_cast<std::int64_t>(count)), what);
        }
    };
    add(totals.others.not_tcp, "of other protocols");
    add(totals.others.other_links, "of link types that are not read");
    add(totals.others.fragments, totals.others.fragments == 1 ? "IP fragment" : "IP fragments");
    add(totals.others.cut_short, "cut before the TCP header ended");
    add(totals.others.malformed, "malformed");
    std::string lines = "\n";
    for (const std::string& line : wrapped(text, style.width)) {
        lines += line + "\n";
    }
    return lines;
}

}  // namespace sockstep::render
