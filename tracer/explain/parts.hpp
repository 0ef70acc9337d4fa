// tracer/explain/parts.hpp - the parts of a segment's explanation; each says what it can and leaves the rest.
#pragma once

#include <string>
#include <string_view>

#include "decode/tcp_segment.hpp"
#include "explain/words.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"

namespace sockstep::explain {

/// What a sentence may be about. It views its parts.
struct Subject {
    const decode::TcpSegment& packet;
    const tcp::Segment& segment;
    const tcp::Connection& connection;
    /// Of a RST: why it was sent, a clause, where more is known than the wire tells; else empty.
    std::string_view why_reset = {};

    tcp::Side peer() const { return tcp::other(segment.from); }
    bool has(tcp::Note note) const { return segment.notes.has(note); }
};

/// SYN and SYN-ACK: what is proposed, what is agreed.
void say_open(const Subject& subject, Story& story);
/// Bytes, new or again, and what is on the way with them.
void say_data(const Subject& subject, Story& story);
/// ", 412 ms after #6, ...": when what `subject` carries again was sent before; empty if that is not known.
std::string when_before(const Subject& subject);
/// Of one that is sent again before a timer runs out: what has told its sender of the loss.
void say_what_asked(const Subject& subject, Story& story);
/// Of a segment that is sent again: the timer that ran out, where it was one.
void say_timer(const Subject& subject, Story& story);
/// Of a segment that is sent again: that it is, and why, and nothing else.
void say_repeat(const Subject& subject, Story& story);
/// What the acknowledgement number and the window say, if that is news.
void say_acknowledgement(const Subject& subject, Story& story);
/// A segment without data that acknowledges nothing new: why it was sent, as far as its form tells.
void say_no_news(const Subject& subject, Story& story);
/// The end of one direction.
void say_fin(const Subject& subject, Story& story);
/// The end of everything, and why, where that can be known.
void say_reset(const Subject& subject, Story& story);
/// Damage, cuts, and options that are named but not read.
void say_remarks(const Subject& subject, Story& story);

}  // namespace sockstep::explain
