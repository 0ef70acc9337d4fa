// tracer/tcp/follower.cpp - one segment after the other: numbers, notes, acknowledgements, measures.
#include "tcp/follower.hpp"

#include <algorithm>
#include <utility>

#include "base/seq_num.hpp"
#include "tcp/classify.hpp"

namespace sockstep::tcp {

namespace {

/// How long a segment may be late before it counts as sent again, where no round trip was seen; Wireshark's figure.
constexpr base::Duration usual_reordering = std::chrono::milliseconds{3};

}  // namespace

Follower::Follower(std::uint64_t id, const decode::TcpSegment& first, Detail detail) : detail_{detail} {
    const bool syn_ack = first.flags.syn() && first.flags.ack();
    connection_.id = id;
    connection_.known_by = syn_ack ? KnownBy::SynAck : first.flags.syn() ? KnownBy::Syn : KnownBy::First;
    connection_.client.endpoint = syn_ack ? first.destination : first.source;
    connection_.server.endpoint = syn_ack ? first.source : first.destination;
    connection_.is_to_itself = first.source == first.destination;
}

bool Follower::is_another(const decode::TcpSegment& segment, Side from) const {
    if (!segment.flags.syn()) {
        return false;
    }
    const Sender& self = sender(from);
    const Sender& peer = sender(other(from));
    if (!self.initial_known || segment.seq == self.initial) {
        return false;
    }
    return !segment.flags.ack() || (peer.initial_known && segment.ack != peer.initial + 1U);
}

void Follower::add(const decode::TcpSegment& segment, Side from, std::uint64_t id, std::uint64_t frame,
                   base::Timestamp time, Segment& now) {
    if (guessed_wrong(segment, from)) {
        exchange_ends();
        from = other(from);
    }
    find_initial_numbers(segment, from);

    now.forget_findings();
    now.id = id;
    now.frame = frame;
    now.connection = connection_.id;
    now.from = from;
    now.time = time;
    now.length = segment.payload_length;
    now.seq = sender(from).relative(segment.seq);
    now.ack = segment.flags.ack() ? sender(other(from)).relative(segment.ack) : 0;
    now.before = connection_.states();
    if (connection_.is_to_itself) {
        const std::int64_t first = Sender::stream_byte(now.seq + (segment.flags.syn() ? 1 : 0));
        now.bytes = {first, first + now.length};
        now.new_bytes = now.length > 0 ? client_.seen.add(now.bytes) : 0;
        connection_.client.bytes += static_cast<std::uint64_t>(now.new_bytes);
        now.after = now.before;
        count(now);
        return;
    }
    now.notes = notes_of(segment, now);
    const Sender& peer = sender(other(from));
    now.window_was_closed = peer.has_acknowledged && peer.window == 0;

    count(now);
    occupy(segment, now);
    acknowledge(segment, now);
    if (!is_in_mid_stream(segment)) {
        follow_handshake(segment, now);
        follow_states(segment, now);
        follow_end(segment, now);
    }
    remember(segment, now);
    if (detail_ == Detail::Segments) {
        measure(segment, now);
    }
    now.after = connection_.states();
}

/// A SYN that comes to light after segments of its own connection tells who the client is. Returns whether that was the
/// other end.
bool Follower::guessed_wrong(const decode::TcpSegment& segment, Side from) {
    if (!segment.flags.syn() || connection_.known_by == KnownBy::Syn) {
        return false;
    }
    connection_.known_by = segment.flags.ack() ? KnownBy::SynAck : KnownBy::Syn;
    return (segment.flags.ack() ? other(from) : from) == Side::Server;
}

void Follower::exchange_ends() {
    std::swap(connection_.client, connection_.server);
    std::swap(client_, server_);
    connection_.rst_from = other(connection_.rst_from);
}

void Follower::find_initial_numbers(const decode::TcpSegment& segment, Side from) {
    Sender& self = sender(from);
    Sender& peer = sender(other(from));
    if (!self.initial_known || (segment.flags.syn() && segment.flags.ack() && segment.seq != self.initial)) {
        self.initial = segment.flags.syn() ? segment.seq : segment.seq - 1U;
        self.initial_known = true;
        self.next = 0;
    }
    if (segment.flags.ack() && !peer.initial_known) {
        peer.initial = segment.ack - 1U;
        peer.initial_known = true;
    }
}

base::Duration Follower::reordering_time() const {
    return connection_.handshake_repeated ? usual_reordering : connection_.handshake_rtt.value_or(usual_reordering);
}

Notes Follower::notes_of(const decode::TcpSegment& segment, const Segment& now) const {
    const Sender& self = sender(now.from);
    const Sender& peer = sender(other(now.from));
    const auto window = peer.scaled(peer.window, peer.window_scales);
    return classify({.segment = segment,
                     .sender = self,
                     .receiver = peer,
                     .seq = now.seq,
                     .ack = now.ack,
                     .time = now.time,
                     .receiver_window = window,
                     .reordering = reordering_time()});
}

/// What the other end of `side` has said last. An answer to it comes within a round trip, wherever between the ends we
/// see it; round trips may have become longer than the first.
Heard Follower::heard_by(Side side, base::Timestamp time) const {
    const auto& last = sender(other(side)).last;
    if (!last) {
        return {};
    }
    const bool knows_round_trip = connection_.handshake_rtt && !connection_.handshake_repeated;
    const base::Duration silence = time - last->time;
    return {last->segment,
            knows_round_trip && silence >= std::max(2 * *connection_.handshake_rtt, SentQueue::shortest_timer)};
}

/// Remembers the segment until it is acknowledged, and finds what it repeats.
void Follower::queue(const decode::TcpSegment& segment, Segment& now, std::int64_t end) {
    Sender& self = sender(now.from);
    if (now.seq < self.highest()) {
        const bool is_never_asked_for = segment.flags.syn() && !segment.flags.ack();
        const Heard heard = is_never_asked_for ? Heard{} : heard_by(now.from, now.time);
        if (const auto copies = self.unacknowledged.repeat(now.seq, end, {now.id, now.time}, heard)) {
            const bool meanwhile = heard.segment > copies->latest.segment;
            now.repeats = copies->first;
            now.resends = Resending{.latest = copies->latest,
                                    .heard = meanwhile ? sender(other(now.from)).last : std::nullopt,
                                    .is_unasked = copies->unasked,
                                    .is_tail = end >= self.next,
                                    .interval = copies->interval};
        }
    }
    const std::int64_t from = now.repeats ? std::max(now.seq, self.next) : now.seq;
    if (from < end && !now.notes.has(Note::SpuriousRetransmission)) {
        self.unacknowledged.push({from, end, {now.id, now.time}});
    }
}

/// Takes the segment's place in its sender's sequence space.
void Follower::occupy(const decode::TcpSegment& segment, Segment& now) {
    Sender& self = sender(now.from);
    const std::int64_t first = Sender::stream_byte(now.seq + (segment.flags.syn() ? 1 : 0));
    now.bytes = {first, first + now.length};
    if (segment.flags.rst()) {  // what a RST carries is a message, not stream bytes: RFC 9293 section 3.5.3
        now.bytes.to = first;
        return;
    }
    const std::int64_t end = now.seq + segment.sequence_length();
    if (detail_ == Detail::Segments && end > now.seq && !now.notes.has(Note::KeepAlive)) {
        queue(segment, now, end);
    }
    if (segment.flags.fin()) {
        self.fin = end - 1;
    }
    if (!now.notes.has(Note::KeepAlive)) {
        now.new_bytes = self.seen.add(now.bytes);
        connection_.of(now.from).bytes += static_cast<std::uint64_t>(now.new_bytes);
    }
    const bool moves = !now.notes.has(Note::ZeroWindowProbe);  // the receiver need not have taken a probe's byte
    if (moves && (!self.has_sent || end > self.next)) {
        self.next = end;
        self.next_time = now.time;
    }
    self.has_sent = true;
    self.has_sent_syn = self.has_sent_syn || segment.flags.syn();
    self.has_said_more = self.has_said_more || !segment.flags.syn();
}

void Follower::acknowledge(const decode::TcpSegment& segment, Segment& now) {
    const Sender& self = sender(now.from);
    Sender& peer = sender(other(now.from));
    now.ack_is_overtaken = segment.flags.ack() && self.has_acknowledged && now.ack < self.highest_ack;
    if (!segment.flags.ack() || (self.has_acknowledged && now.ack <= self.highest_ack)) {
        return;
    }
    if (detail_ == Detail::Segments) {
        report_acknowledgement(self, peer, now);
    }
    if (peer.has_sent && now.ack > peer.next && now.ack <= peer.highest()) {
        peer.next = now.ack;  // a probe's byte was taken after all
    }
    if (peer.wrong_checksum_until && now.ack >= *peer.wrong_checksum_until) {
        peer.checksums_mean_nothing = true;
    }
}

/// What `now`, whose acknowledgement number is news, says of the segments that `peer` has sent.
void Follower::report_acknowledgement(const Sender& self, Sender& peer, Segment& now) const {
    const bool syn_seen = connection_.of(other(now.from)).proposal.has_value();
    const std::int64_t to = peer.stream_end(now.ack);
    const bool syn_is_known = self.has_acknowledged && self.highest_ack >= 1;
    std::int64_t from = to;
    if (self.has_acknowledged) {
        const std::int64_t before = peer.stream_end(self.highest_ack);
        from = syn_seen ? std::min(to, std::max<std::int64_t>(before, 0)) : before;
    } else if (syn_seen || !peer.seen.empty()) {
        from = std::min(to, syn_seen ? 0 : peer.seen.begin());
    }
    Acknowledgement news;
    news.bytes = {from, to};
    news.syn = syn_seen && now.ack >= 1 && !syn_is_known;
    news.fin = peer.fin && now.ack > *peer.fin;
    news.unseen = peer.has_sent && now.ack > peer.highest();
    news.everything = now.ack >= peer.highest();
    if (const auto acknowledged = peer.unacknowledged.acknowledge(now.ack)) {
        news.latest = acknowledged->latest;
        if (!acknowledged->repeated && acknowledged->to_the_end && now.time >= acknowledged->latest.time) {
            news.rtt = now.time - acknowledged->latest.time;
        }
    }
    if (news.bytes.length() > 0 || news.syn || news.fin) {
        now.acknowledges = news;
    }
}

/// Keeps what the notes of later segments depend on.
void Follower::remember(const decode::TcpSegment& segment, Segment& now) {
    Sender& self = sender(now.from);
    self.last = Reference{now.id, now.time};
    self.last_was_keep_alive = now.notes.has(Note::KeepAlive);
    self.a_checksum_was_right = self.a_checksum_was_right || segment.checksum == decode::Checksum::Correct;
    if (segment.sequence_length() > 0) {
        const std::int64_t end = now.seq + segment.sequence_length();
        if (now.notes.has(Note::BadChecksum)) {
            self.wrong_checksum_until = end;
        } else if (self.wrong_checksum_until && end >= *self.wrong_checksum_until) {
            self.wrong_checksum_until.reset();
        }
    }
    if (segment.flags.rst()) {
        return;
    }
    const bool same_ack = segment.flags.ack() && self.has_acknowledged && now.ack == self.ack;
    const bool is_more_than_an_ack = segment.payload_length > 0 || segment.flags.fin();
    self.last_is_one_of_many = same_ack && (self.this_ack_came_with_data || !is_more_than_an_ack);
    self.this_ack_came_with_data = is_more_than_an_ack || (same_ack && self.this_ack_came_with_data);
    if (segment.flags.ack()) {
        self.duplicate_acks = now.notes.has(Note::DuplicateAck) ? self.duplicate_acks + 1
                              : now.ack == self.ack             ? self.duplicate_acks
                                                                : 0;
        now.duplicate_acks = now.notes.has(Note::DuplicateAck) ? self.duplicate_acks : 0;
        self.highest_ack = self.has_acknowledged ? std::max(self.highest_ack, now.ack) : now.ack;
        self.ack = now.ack;
        self.ack_time = now.time;
        self.has_acknowledged = true;
    }
    self.window = segment.window;
    self.window_scales = !segment.flags.syn();
}

void Follower::measure(const decode::TcpSegment& segment, Segment& now) const {
    const Sender& self = sender(now.from);
    const Sender& peer = sender(other(now.from));
    now.window = self.scaled(segment.window, !segment.flags.syn());
    now.peer_fin = peer.fin;
    const bool syn_seen = connection_.of(now.from).proposal.has_value();
    if (peer.has_acknowledged || syn_seen) {
        std::int64_t acknowledged = peer.has_acknowledged ? peer.highest_ack : 0;
        acknowledged = syn_seen ? std::max<std::int64_t>(acknowledged, 0) : acknowledged;
        const std::int64_t from = self.stream_end(acknowledged);
        const std::int64_t to = self.stream_end(self.highest());
        // Bytes that were not captured may have been acknowledged by segments that were not captured either.
        if (to <= from || self.seen.end_of_run(from) >= to) {
            now.in_flight = std::max<std::int64_t>(0, to - from);
        }
    }
    const bool fits = now.ack >= 1 || !connection_.of(other(now.from)).proposal;
    if (segment.flags.ack() && !segment.flags.rst() && now.window && !peer.fin && fits) {
        const std::int64_t edge = now.ack + *now.window;  // SND.UNA + SND.WND: RFC 9293 section 3.4
        now.may_send = std::max<std::int64_t>(0, edge - std::max(peer.highest(), now.ack));
    }
}

void Follower::count(const Segment& now) {
    End& end = connection_.of(now.from);
    ++end.segments;
    end.retransmissions += now.notes.has(Note::Retransmission) ? 1U : 0U;
    if (connection_.first_frame == 0) {
        connection_.first_frame = now.frame;
        connection_.first_time = now.time;
    }
    connection_.last_frame = now.frame;
    connection_.last_time = now.time;
}

}  // namespace sockstep::tcp
