// tracer/render/json_lines.cpp - segments, connections and frames as JSON.
#include "render/json_lines.hpp"

#include "base/ip_address.hpp"
#include "render/json_object.hpp"
#include "render/names.hpp"

namespace sockstep::render {

namespace {

void add_acknowledgement(JsonObject& object, const tcp::Acknowledgement& news) {
    object.range("acknowledges", news.bytes);
    if (news.rtt) {
        object.seconds("rtt", *news.rtt);
    }
}

void add_state(JsonObject& object, std::string_view key, tcp::State state) {
    if (state != tcp::State::Unknown) {
        object.text(key, tcp::name(state));
    }
}

void add_joins(JsonObject& object, const SegmentJoins& joins) {
    object.text("cause", joins.cause).number_if_any("caused_by", joins.caused_by);
    if (joins.calls.size() > 1) {
        object.numbers("carries_calls", joins.calls);
    }
    object.number_if_any("exited", static_cast<std::uint64_t>(joins.exited)).numbers("woke", joins.woke);
    object.text_if_any("fate", joins.fate).text_if_any("lost_by", joins.lost_by).text_if_any("left", joins.left);
    if (joins.delivered) {
        object.seconds("delivered", *joins.delivered);
    }
    if (joins.copies > 1) {
        object.integer("copies", joins.copies);
    }
}

}  // namespace

std::string json_segment(base::Duration at, const decode::TcpSegment& packet, const tcp::Segment& segment,
                         const explain::Explanation& explanation, const SegmentJoins* joins) {
    JsonObject object{"segment"};
    object.integer("id", segment.id).integer("frame", segment.frame).integer("connection", segment.connection);
    object.text("from", segment.from == tcp::Side::Client ? "client" : "server").seconds("time", at);
    object.names("flags", flag_names(packet.flags)).integer("seq", segment.seq);
    if (packet.flags.ack()) {
        object.integer("ack", segment.ack);
    }
    object.integer("window", segment.window);
    if (!segment.window) {
        object.integer("window_field", std::uint64_t{packet.window});  // the scale is not known
    }
    object.integer("length", std::uint64_t{segment.length}).range("bytes", segment.bytes);
    object.names("notes", note_names(segment.notes));
    if (segment.repeats) {
        object.integer("repeats", segment.repeats->segment);
    }
    if (segment.answers) {
        object.integer("answers", segment.answers->segment);
    }
    if (segment.acknowledges) {
        add_acknowledgement(object, *segment.acknowledges);
    }
    object.integer("in_flight", segment.in_flight).integer("may_send", segment.may_send);
    object.integer("mss", packet.options.mss).integer("window_scale", packet.options.window_scale);
    add_state(object, "client_state", segment.after.client);
    add_state(object, "server_state", segment.after.server);
    if (joins != nullptr) {
        add_joins(object, *joins);
    }
    object.text("says", explanation.says).text("source", explanation.sources());
    return object.line();
}

std::string json_connection(const tcp::Connection& connection, const explain::Explanation& explanation) {
    JsonObject object{"connection"};
    object.integer("id", connection.id)
        .text("client", to_string(connection.client.endpoint))
        .text("server", to_string(connection.server.endpoint))
        .text("known_by", name(connection.known_by))
        .text("handshake", name(connection.handshake()))
        .number_if_any("syn", connection.syn_frame)
        .number_if_any("syn_ack", connection.syn_ack_frame)
        .number_if_any("ack", connection.ack_frame)
        .text("closed", name(connection.closed()));
    add_state(object, "client_state", connection.client.state);
    add_state(object, "server_state", connection.server.state);
    object.integer("client_bytes", connection.client.bytes)
        .integer("server_bytes", connection.server.bytes)
        .integer("client_segments", connection.client.segments)
        .integer("server_segments", connection.server.segments)
        .integer("retransmissions", connection.client.retransmissions + connection.server.retransmissions)
        .integer("first_frame", connection.first_frame)
        .integer("last_frame", connection.last_frame);
    if (connection.handshake_rtt) {
        object.seconds("handshake_rtt", *connection.handshake_rtt);
    }
    return object.text("says", explanation.says).text("source", explanation.sources()).line();
}

std::string json_frame(base::Duration at, std::uint64_t number, std::string_view what) {
    return JsonObject{"frame"}.integer("frame", number).seconds("time", at).text("says", what).line();
}

std::string json_output(base::Duration at, std::string_view program, std::string_view stream, std::string_view text) {
    return JsonObject{"output"}
        .text("program", program)
        .text("stream", stream)
        .seconds("time", at)
        .text("text", text)
        .line();
}

std::string json_totals(const Totals& totals) {
    return JsonObject{"totals"}
        .integer("frames", totals.frames)
        .integer("segments", totals.segments)
        .integer("connections", totals.connections)
        .integer("not_tcp", totals.others.not_tcp)
        .integer("other_links", totals.others.other_links)
        .integer("fragments", totals.others.fragments)
        .integer("cut_short", totals.others.cut_short)
        .integer("malformed", totals.others.malformed)
        .line();
}

}  // namespace sockstep::render
