// tracer/explain/rules.hpp - the rules that sentences rest on, each with its place.
#pragma once

#include "explain/explain.hpp"

namespace sockstep::explain::rules {

inline constexpr Rule open{"RFC 9293 section 3.5",
                           "A connection opens with three segments: SYN, SYN-ACK, ACK. Each end states the sequence "
                           "number at which it begins; "
                           "a SYN takes one sequence number, so the first byte has the next."};
inline constexpr Rule accept_queue{
    "listen(2), tcp(7)",
    "A connection whose handshake is complete waits in the listener's accept queue, which holds one more than the "
    "backlog. While it is full, Linux drops SYNs and the last ACKs of handshakes; whoever sent them sends again."};
inline constexpr Rule defer_accept{
    "tcp(7)", "With TCP_DEFER_ACCEPT the last ACK of a handshake is dropped, and accept sleeps until data come."};
inline constexpr Rule simultaneous_open{
    "RFC 9293 section 3.5, figure 7",
    "Two SYNs that cross open one connection: each end answers the other's SYN with a SYN-ACK that repeats its own "
    "sequence number."};
inline constexpr Rule mss{
    "RFC 9293 section 3.7.1",
    "The MSS option says how many bytes of data a segment to its sender may carry. Without it the limit is 536 over "
    "IPv4 and 1220 over IPv6."};
inline constexpr Rule window_scale{
    "RFC 7323 section 2.2",
    "A window field has 16 bits. If both SYNs carry the option, each end's windows, but for those in the SYNs, are "
    "multiplied by 2 to the power that it stated."};
inline constexpr Rule sack_permitted{
    "RFC 2018 section 2",
    "With this option in its SYN an end allows the other to report bytes that came out of order."};
inline constexpr Rule sack{
    "RFC 2018 section 3",
    "A SACK block names bytes that arrived beyond a gap, so that only what is missing need be sent again."};
inline constexpr Rule dsack{
    "RFC 2883 section 4",
    "The first SACK block reports bytes that arrived more than once, if it lies before the acknowledgement number or "
    "within the second block."};
inline constexpr Rule timestamps{"RFC 7323 section 3",
                                 "If both SYNs carry the option, every segment but a RST does: it measures round "
                                 "trips, and unmasks old duplicates."};
inline constexpr Rule mptcp{
    "RFC 8684 section 3", "Multipath TCP speaks through an option of its own; sockstep names it and reads no further."};
inline constexpr Rule fast_open{
    "RFC 7413 section 3", "With a cookie from an earlier connection a SYN may carry data that is delivered at once."};
inline constexpr Rule early_data{
    "RFC 9293 section 3.5",
    "A SYN may carry data; without Fast Open they are kept from the program until the handshake is complete."};
inline constexpr Rule half_open{"RFC 9293 section 3.5.1",
                                "An end may still hold a connection that the other has lost: what it sends does not "
                                "fit, and is answered by a RST."};
inline constexpr Rule data{
    "RFC 9293 section 3.4",
    "Every byte has a sequence number. A segment says the number of its first byte; the receiver puts the stream "
    "together by number, not by segment."};
inline constexpr Rule acknowledgement{
    "RFC 9293 section 3.4",
    "An acknowledgement number says: every byte before this one has arrived. It says nothing of whether a program has "
    "read them."};
inline constexpr Rule window{
    "RFC 9293 section 3.8.6",
    "The window says how many bytes, counted from the acknowledgement number, its sender is ready to take."};
inline constexpr Rule zero_window{
    "RFC 9293 section 3.8.6.1",
    "An end that offers no window is sent no data but probes: the segment that reopens the window could get lost, so "
    "the other end has to ask."};
inline constexpr Rule retransmission{
    "RFC 9293 section 3.8.1, RFC 6298, RFC 8985",
    "What is not acknowledged before the retransmission timer runs out is sent again, and the timer is doubled. It may "
    "be sent earlier: to probe for a lost tail, or because what was sent later has arrived. A copy may also be the "
    "network's."};
inline constexpr Rule loss{
    "RFC 9293 section 3.8",
    "Segments may be lost, or found damaged and thrown away, without a word. Their sender learns of it only because no "
    "acknowledgement comes."};
inline constexpr Rule timer{
    "RFC 6298 sections 2 and 5",
    "The retransmission timer (RTO) runs while something waits for its acknowledgement. It is one second until a round "
    "trip was measured, then a little more than a round trip. When it runs out, the earliest segment that waits is "
    "sent "
    "again, and the timer is doubled. Linux from 6.5 on doubles it for a SYN only after four repeats, a second apart "
    "(net.ipv4.tcp_syn_linear_timeouts)."};
inline constexpr Rule tail_loss_probe{
    "RFC 8985 section 7",
    "Where nothing comes back, the last segment may be sent again before the retransmission timer runs out, once: its "
    "acknowledgement tells what was lost before it."};
inline constexpr Rule fast_retransmission{
    "RFC 5681 section 3.2",
    "Three duplicate ACKs are taken for a loss: what they ask for is sent again without waiting "
    "for the timer."};
inline constexpr Rule sack_recovery{
    "RFC 8985 section 6, RFC 6675 section 4",
    "What was sent before bytes that have arrived is taken for lost if it stays missing for a moment, a quarter of a "
    "round trip at first, or if enough has arrived after it."};
inline constexpr Rule partial_ack{
    "RFC 6582 section 3.2",
    "While a loss is repaired, an acknowledgement that ends within what was on the way shows the next gap, and what is "
    "missing there is sent again at once."};
inline constexpr Rule duplicate_ack{
    "RFC 5681 sections 2 and 4.2",
    "A receiver answers a segment that is not the next one at once, repeating the number that it waits for."};
inline constexpr Rule order{
    "RFC 9293 section 3.10.7.4",
    "What comes before its turn is kept, or thrown away; a program sees bytes only in order and without gaps."};
inline constexpr Rule keep_alive{
    "RFC 9293 section 3.8.4",
    "A segment that begins before the next sequence number brings nothing new and must be answered: so a silent end "
    "can be asked whether it still lives."};
inline constexpr Rule close{
    "RFC 9293 section 3.6",
    "A FIN ends one direction and takes one sequence number, so it is acknowledged like a byte. The other direction "
    "goes on until its own FIN."};
inline constexpr Rule simultaneous_close{
    "RFC 9293 section 3.6, figure 13",
    "Two FINs that cross close both directions at once: both ends wait in TIME-WAIT."};
inline constexpr Rule time_wait{
    "RFC 9293 section 3.6.1, section 3.3.2",
    "The end that closed first waits in TIME-WAIT, so that it can answer a repeated FIN and old segments die out."};
inline constexpr Rule reset{
    "RFC 9293 section 3.5.2",
    "A RST is sent for a segment that fits no connection, and to abort one. What is still on its way is thrown away."};
inline constexpr Rule reset_data{"RFC 9293 section 3.5.3",
                                 "A RST may carry data, perhaps its cause; no standard says what they mean."};
inline constexpr Rule reset_taken{"RFC 9293 section 3.5.3, RFC 5961 section 3.2",
                                  "A RST ends a connection only if its number is exactly the next one expected; in "
                                  "answer to a SYN it must acknowledge "
                                  "that SYN."};
inline constexpr Rule refusal{
    "RFC 9293 section 3.10.7.1",
    "Where nobody listens, a SYN is answered by a RST that acknowledges it; connect() then fails with ECONNREFUSED."};
inline constexpr Rule checksum{"RFC 9293 section 3.1",
                               "A segment whose checksum does not fit is discarded as if it had never come."};
inline constexpr Rule urgent{"RFC 9293 section 3.8.5",
                             "The urgent pointer marks bytes to be read soon; new programs should not use it."};
inline constexpr Rule ecn{"RFC 3168 section 6.1",
                          "ECE tells the sender that the network is congested, CWR that it has slowed down; in the "
                          "SYNs they offer to do so."};
inline constexpr Rule ports{
    "RFC 9293 sections 3.4.1 and 3.4.2",
    "The same endpoints may be used again: another initial sequence number tells the new connection from the old."};

}  // namespace sockstep::explain::rules
