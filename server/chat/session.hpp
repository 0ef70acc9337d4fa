// server/chat/session.hpp - one client's conversation so far, and the two things it is made of: a line out, a line in.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chat/group.hpp"
#include "chat/handle_client.hpp"
#include "chat/line_splitter.hpp"
#include "chat/outbox.hpp"
#include "chat/pace.hpp"

namespace chat {

/// Used by the one thread that runs handle_client().
struct Session {
    Server& server;
    int connection;
    const std::shared_ptr<Outbox>& outbox;
    LineSplitter lines;
    Pace pace;
    std::chrono::steady_clock::time_point waits_since{};  // for a line; the idle time counts from here
    std::shared_ptr<Group> group{};                       // while it is in one
    int wrong_logins = 0;
    std::string last_words{};    // for the client, when the conversation ends
    std::string news = "left.";  // for the others
};

/// Queues `text` for this client. Never waits.
void say(Session& session, std::string_view text);

/// The client's next line, or nothing when the conversation is over; session.last_words and session.news say why.
/// Blocks: until a whole line has come, the client is gone, or its idle time has passed.
std::optional<std::string> read_line(Session& session);

}  // namespace chat
