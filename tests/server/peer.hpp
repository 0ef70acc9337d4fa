// tests/server/peer.hpp - a client as a test plays it, well or badly behaved, and a chat-server to talk to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/program.hpp"

namespace support {

/// A TCP connection to a server on this machine. Every wait has a generous deadline, and throws when it was in vain.
class Peer {
public:
    /// `receive_buffer`: a small one makes a client that stops reading felt sooner.
    explicit Peer(std::uint16_t port, const std::string& address = "127.0.0.1", int receive_buffer = 0);
    ~Peer();
    Peer(Peer&& other) noexcept;
    Peer& operator=(Peer&&) = delete;

    void send(std::string_view bytes) const;
    /// As much as goes without waiting: how many bytes the kernel took, or -1.
    long try_to_send(std::string_view bytes) const;
    /// Reads until `text` has come, and returns all up to its end that was not returned before.
    std::string wait_for(std::string_view text);
    std::string read_to_end();
    /// What has come and was not returned before; throws at the end of the stream.
    std::string read_available();
    /// Whether bytes, or the end, can be read within `milliseconds`.
    bool readable(int milliseconds) const;
    void finish_sending() const;  // our FIN
    void reset();                 // our RST
    void fall_silent() const;     // as if our host had lost its cable: nothing that comes is answered any more
    int fd() const { return fd_; }

private:
    int fd_ = -1;
    std::string unread_;
};

/// A chat-server of this test's own, on a port of its own.
class ChatServer {
public:
    explicit ChatServer(const std::vector<std::string>& options = {}, unsigned open_files = 0);

    Program program;
    std::uint16_t port;

    Peer connect(const std::string& address = "127.0.0.1") const { return Peer{port, address}; }
    /// A client in a group of its own; `id` is set.
    Peer founder(const std::string& name, std::string& id) const;
    /// A client in an existing group.
    Peer member(const std::string& name, const std::string& id, const std::string& address = "127.0.0.1") const;
};

/// The password of all groups in the tests.
inline constexpr std::string_view password = "open sesame";

std::string create_group(Peer& peer, const std::string& name);
void join_group(Peer& peer, const std::string& name, const std::string& id);

/// The port in "listening on port N".
std::uint16_t port_printed_by(Program& program);

}  // namespace support
