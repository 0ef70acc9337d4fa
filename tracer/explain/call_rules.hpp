// tracer/explain/call_rules.hpp - the rules that sentences on calls rest on, each with its manual page.
#pragma once

#include "explain/explain.hpp"

namespace sockstep::explain::rules {

inline constexpr Rule socket_call{"socket(2)",
                                  "A socket is made without a word on the network: it has no address and no peer."};
inline constexpr Rule socketpair_call{"socketpair(2)", "It makes two sockets that are connected with each other."};
inline constexpr Rule bind_call{"bind(2)", "bind only writes down an address; no segment is sent, and it never waits."};
inline constexpr Rule reuse_address{
    "socket(7), SO_REUSEADDR",
    "With SO_REUSEADDR, set before bind, a port may be taken although connections of it are still in TIME-WAIT; not "
    "while another socket listens on it."};
inline constexpr Rule listen_call{
    "listen(2)",
    "From listen on the kernel completes handshakes by itself and keeps the connections for accept; one more than the "
    "backlog may wait on Linux. It never waits."};
inline constexpr Rule accept_call{
    "accept(2)",
    "accept takes a connection whose handshake is complete off the queue. If there is none, it sleeps, unless the "
    "socket is non-blocking. No segment is sent for it."};
inline constexpr Rule connect_call{
    "connect(2)",
    "connect sends the SYN and, on a blocking socket, returns when the answer has come: a SYN-ACK, or a RST, or none "
    "in time."};
inline constexpr Rule connect_nonblocking{
    "connect(2), EINPROGRESS",
    "On a non-blocking socket connect only begins: poll says when the socket is writable, SO_ERROR how it went."};
inline constexpr Rule connect_unspecified{
    "connect(2)",
    "Connecting to an address of the family AF_UNSPEC dissolves the association; the socket can be connected to "
    "another "
    "address afterwards. What TCP does then is ABORT of RFC 9293 section 3.10.5."};
inline constexpr Rule connect_datagram{
    "connect(2), udp(7)",
    "On a datagram socket connect only notes where to send to and whom to hear; nothing is sent."};
inline constexpr Rule send_call{"send(2)",
                                "send copies bytes into the kernel's send buffer. That it has returned says nothing of "
                                "whether they were sent, have "
                                "arrived or were read. It sleeps only while there is no room."};
inline constexpr Rule send_short{
    "send(2), write(2)",
    "send may take fewer bytes than it was given, above all on a non-blocking socket; the rest is for the program to "
    "send again."};
inline constexpr Rule receive_call{
    "recv(2)",
    "recv returns as soon as there is at least one byte, with what there is, whatever the sizes of the sends were; it "
    "sleeps only while there is none."};
inline constexpr Rule receive_all{"recv(2), MSG_WAITALL",
                                  "With MSG_WAITALL recv waits until the buffer is full, or the stream ends."};
inline constexpr Rule receive_peek{"recv(2), MSG_PEEK",
                                   "With MSG_PEEK the bytes stay where they are, to be read again."};
inline constexpr Rule receive_truncated{
    "tcp(7), MSG_TRUNC", "With MSG_TRUNC TCP discards the bytes instead of copying them to the program's buffer."};
inline constexpr Rule receive_urgent{"recv(2), MSG_OOB; tcp(7)",
                                     "The last byte of a send with MSG_OOB is urgent. Without SO_OOBINLINE only "
                                     "MSG_OOB reads it; other reads stop before "
                                     "it, and the next one goes on behind it."};
inline constexpr Rule receive_errors{
    "recv(2), MSG_ERRQUEUE",
    "With MSG_ERRQUEUE recv gets errors and reports that wait for the socket; no bytes "
    "of the stream."};
inline constexpr Rule receive_end{"recv(2)",
                                  "0 is the end of the stream: the peer has sent its FIN and every byte before it has "
                                  "been read. It stays so."};
inline constexpr Rule datagram{"udp(7), unix(7)", "A datagram is received whole, one a call."};
inline constexpr Rule unix_name{"unix(7)", "A UNIX socket's name is a file, which stays when the socket is closed."};
inline constexpr Rule shutdown_call{
    "shutdown(2)",
    "shutdown(SHUT_WR) sends the FIN at once, though others hold the socket and though bytes may still come in."};
inline constexpr Rule close_call{
    "close(2)",
    "close gives up a descriptor. When it was the last one of the socket, the kernel ends the connection: with a FIN "
    "after the last byte, and without waiting for it."};
inline constexpr Rule duplicate_closes{
    "dup(2)", "dup2 to a descriptor that is open closes it first, as close does, without a word if that fails."};
inline constexpr Rule close_unread{
    "RFC 9293 section 3.6, RFC 2525 section 2.17",
    "A socket that is closed with bytes unread sends a RST instead of a FIN: the peer is to know that they were lost."};
inline constexpr Rule close_abort{
    "socket(7), SO_LINGER; RFC 9293 section 3.10.5",
    "A socket that is closed with SO_LINGER on and a time of 0 aborts its connection: a RST goes out, and what had not "
    "been sent is thrown away."};
inline constexpr Rule close_lingers{
    "socket(7), SO_LINGER",
    "With SO_LINGER on and a time that is not 0, close of the last descriptor sleeps until all that was sent is "
    "acknowledged, or the time is over; then the kernel goes on with it alone."};
inline constexpr Rule close_listener{
    "Linux, inet_csk_listen_stop()",
    "When a listener is closed, the kernel aborts the connections that were finished and not accepted: a RST each."};
inline constexpr Rule wait_call{
    "poll(2), select(2), epoll(7)",
    "poll and its like sleep until one of several descriptors can be used without waiting, or their time runs out."};
inline constexpr Rule broken_pipe{
    "send(2), signal(7)",
    "Who sends on a connection that can take nothing more gets EPIPE and, without MSG_NOSIGNAL, SIGPIPE, which ends "
    "the program."};
inline constexpr Rule interrupted{
    "signal(7)",
    "A signal that is caught interrupts a call that sleeps: it fails with EINTR, or begins anew if the handler was "
    "installed with SA_RESTART."};
inline constexpr Rule not_followed{"io_uring(7)",
                                   "Operations of an io_uring are no system calls of their own, so they are not seen."};

}  // namespace sockstep::explain::rules
