// server/chat/conversation.hpp - the menu and the groups, as one client meets them.
#pragma once

#include "chat/session.hpp"

namespace chat {

/// Sends the opening message, then asks for a choice and does it, until the conversation is over.
/// Blocks: in read_line(), and while a password is hashed; never with a lock held.
void converse(Session& session);

}  // namespace chat
