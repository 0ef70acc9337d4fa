// tests/server/listener.hpp - a server as a test plays it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace support {

/// Listens on 127.0.0.1, on a free port; serves one connection.
class Listener {
public:
    Listener();
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::uint16_t port() const;
    void accept();  // waits for a client
    void send(std::string_view bytes) const;
    std::string wait_for(std::string_view text);
    std::string read_to_end();
    void finish_sending() const;  // our FIN
    void close_connection();      // our FIN, or a RST if there is something unread
    void reset();                 // our RST
    void stop_listening();        // from here on the port refuses

private:
    int listener_ = -1;
    int connection_ = -1;
    std::string unread_;
};

}  // namespace support
