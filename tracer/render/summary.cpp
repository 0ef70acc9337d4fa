// tracer/render/summary.cpp - counts in columns.
#include "render/summary.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "base/ip_address.hpp"
#include "explain/words.hpp"

namespace sockstep::render {

namespace {

constexpr std::size_t wide = 110;

std::string plural(std::uint64_t count, std::string_view singular) {
    return explain::count(static_cast<std::int64_t>(count), singular);
}

/// "[2001:db8::1]:80" in a column of its own; "?" after it marks a guess.
std::string endpoint(const tcp::Connection& connection, tcp::Side side) {
    std::string text = to_string(connection.of(side).endpoint);
    if (side == tcp::Side::Client && connection.known_by == tcp::KnownBy::First) {
        text += '?';
    }
    return text;
}

}  // namespace

std::string summary_heading(const Style& style) {
    if (style.width >= wide) {
        return fmt::format("{:>7}  {:<23} {:>12} {:>9}  {:<23} {:>12} {:>9}  {:<10}  {:<4}\n", "id", "client", "bytes",
                           "segments", "server", "bytes", "segments", "handshake", "end");
    }
    return fmt::format("{:>7}  {:<23} {:<23} {:<10}  {:<4}\n{:>7}  {:<23} {:<23} {}\n", "id", "client", "server",
                       "handshake", "end", "", "  bytes in segments", "  bytes in segments", "sent again");
}

std::string summary_row(const tcp::Connection& connection, const Style& style) {
    const tcp::End& client = connection.client;
    const tcp::End& server = connection.server;
    const std::uint64_t again = client.retransmissions + server.retransmissions;
    if (style.width >= wide) {
        return fmt::format(FMT_COMPILE("{:>7}  {:<23} {:>12} {:>9}  {:<23} {:>12} {:>9}  {:<10}  {:<4}"), connection.id,
                           endpoint(connection, tcp::Side::Client), client.bytes, client.segments,
                           endpoint(connection, tcp::Side::Server), server.bytes, server.segments,
                           name(connection.handshake()), name(connection.closed())) +
               (again > 0 ? fmt::format("  {} sent again\n", again) : "\n");
    }
    const auto traffic = [](const tcp::End& end) {
        return fmt::format(FMT_COMPILE("  {} in {}"), end.bytes, end.segments);
    };
    return fmt::format(FMT_COMPILE("{:>7}  {:<23} {:<23} {:<10}  {:<4}\n{:>7}  {:<23} {:<23} {}\n"), connection.id,
                       endpoint(connection, tcp::Side::Client), endpoint(connection, tcp::Side::Server),
                       name(connection.handshake()), name(connection.closed()), "", traffic(client), traffic(server),
                       again);
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
