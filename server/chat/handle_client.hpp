// server/chat/handle_client.hpp - the conversation with one client.
#pragma once

#include <memory>

#include "chat/clients.hpp"
#include "chat/groups.hpp"
#include "chat/options.hpp"
#include "chat/outbox.hpp"
#include "chat/passwords.hpp"

namespace chat {

/// What all threads share.
struct Server {
    explicit Server(const Options& chosen);

    const Options options;
    Clients clients;
    Groups groups;
    Passwords passwords;
};

/// Talks with one client until either side ends it, then removes it from `server->clients` and closes `connection`.
/// Runs in a thread of its own, with a second thread that sends what is in `outbox`; never throws.
void handle_client(const std::shared_ptr<Server>& server, int connection, const std::shared_ptr<Outbox>& outbox);

}  // namespace chat
