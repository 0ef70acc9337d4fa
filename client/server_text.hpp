// client/server_text.hpp - what the server sent, fit to be printed, and what it means for the client.
#pragma once

#include <string>
#include <string_view>

#include "chat/utf8.hpp"

namespace chat {

/// Takes the server's bytes in pieces of any size. The client needs to know three things of what it prints:
///
/// - a password is asked for: the unfinished line ends in "assword: ", as in "Password: ", "Old password: ";
/// - the server said goodbye: the last line is "* Goodbye.", by itself or as the answer to "Your choice: ". Members
/// cannot
///   write such a line, as each of theirs begins with their name. Without it, the end of the stream means a lost
///   server;
/// - it is in the middle of a line.
///
/// The server should have cleaned what others wrote. This cleans again: a terminal obeys whoever writes to it.
class ServerText {
public:
    /// `bytes` as they may be printed; an unfinished character at the end waits for the next call.
    std::string add(std::string_view bytes);

    bool asks_password() const;
    bool said_goodbye() const;
    bool within_line() const { return !line_.empty(); }

private:
    Utf8Decoder decoder_;
    std::string line_;       // the unfinished line, at most so much as matters
    std::string last_line_;  // the finished one before it
};

}  // namespace chat
