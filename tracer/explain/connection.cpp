// tracer/explain/connection.cpp - a whole connection in words.
#include "tcp/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "explain/rules.hpp"
#include "explain/words.hpp"

namespace sockstep::explain {

namespace {

void say_handshake(const tcp::Connection& connection, Story& story) {
    switch (connection.handshake()) {
        case tcp::Handshake::Complete:
            if (connection.crossing_syns) {
                story.say("Both ends opened it at once; their SYNs crossed.", rules::simultaneous_open);
            } else {
                const std::string time = connection.handshake_rtt
                                             ? fmt::format("; the ACK came {} after the last SYN",
                                                           base::to_string(*connection.handshake_rtt))
                                             : "";
                story.say(fmt::format("Opened by the client: SYN, SYN-ACK and ACK are frames {}, {} and {}{}.",
                                      connection.syn_frame, connection.syn_ack_frame, connection.ack_frame, time),
                          rules::open);
            }
            return;
        case tcp::Handshake::Unanswered:
            story.say("The client asked for it, and no answer was seen.", rules::open);
            return;
        case tcp::Handshake::Refused:
            story.say(
                fmt::format("The client asked for it and was refused with a RST, frame {}.", connection.rst_frame),
                rules::refusal);
            return;
        case tcp::Handshake::Partial:
            story.say("Only a part of its handshake was seen.", rules::open);
            return;
        case tcp::Handshake::NotSeen:
            story.say(
                "Its beginning was not seen. Which end is the client is a guess: the sender of the first segment; "
                "bytes count from the first that was seen.",
                rules::open);
            return;
    }
}

std::string sent(const tcp::End& end) {
    std::string text = fmt::format("{} in {}", count(static_cast<std::int64_t>(end.bytes), "byte"),
                                   count(static_cast<std::int64_t>(end.segments), "segment"));
    if (end.retransmissions > 0) {
        text += fmt::format(" ({} of them repeated)", number(static_cast<std::int64_t>(end.retransmissions)));
    }
    return text;
}

void say_end(const tcp::Connection& connection, Story& story) {
    const tcp::End& client = connection.client;
    const tcp::End& server = connection.server;
    switch (connection.closed()) {
        case tcp::Closed::Rst:
            if (!connection.refused) {
                story.say(fmt::format("The {} ended it with a RST, frame {}.", name(connection.rst_from),
                                      connection.rst_frame),
                          rules::reset);
            }
            return;
        case tcp::Closed::Fin: {
            const bool client_first = client.fin_frame < server.fin_frame;
            story.say(fmt::format("Both directions ended with a FIN: the {}'s in frame {}, the {}'s in frame {}.",
                                  client_first ? "client" : "server", std::min(client.fin_frame, server.fin_frame),
                                  client_first ? "server" : "client", std::max(client.fin_frame, server.fin_frame)),
                      rules::close);
            break;
        }
        case tcp::Closed::Open:
            if (client.fin_frame != 0 || server.fin_frame != 0) {
                const bool by_client = client.fin_frame != 0;
                story.say(fmt::format("Only the {}'s direction was seen to end, in frame {}.",
                                      by_client ? "client" : "server", by_client ? client.fin_frame : server.fin_frame),
                          rules::close);
            } else {
                story.say("Its end was not seen.");
            }
            return;
    }
    for (const tcp::Side side : {tcp::Side::Client, tcp::Side::Server}) {
        if (connection.of(side).state == tcp::State::TimeWait) {
            story.say(fmt::format("The {} waits in TIME-WAIT.", name(side)), rules::time_wait);
        }
    }
}

}  // namespace

Explanation explain(const tcp::Connection& connection) {
    Story story;
    if (connection.is_to_itself) {
        story.say(fmt::format("A socket connected to itself; {} seen. Which way they went cannot be told.",
                              count(static_cast<std::int64_t>(connection.client.segments), "segment")),
                  rules::simultaneous_open);
        return story.take();
    }
    say_handshake(connection, story);
    if (connection.client.bytes + connection.server.bytes > 0) {
        story.say(fmt::format("From the client came {}, from the server {}.", sent(connection.client),
                              sent(connection.server)));
    }
    say_end(connection, story);
    return story.take();
}

}  // namespace sockstep::explain
