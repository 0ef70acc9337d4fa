// server/chat/passwords.hpp - passwords to argon2id hashes, and back only as yes or no.
#pragma once

#include <atomic>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>

namespace chat {

/// Hashes and verifies with libsodium's argon2id at its "interactive" cost: about 60 ms and 64 MiB each on a machine of
/// 2024. That makes guessing dear, and would let clients drown the server: so at most two are computed at once, and the
/// other threads wait their turn. Never call this with a lock held.
///
/// Safe to use from several threads.
class Passwords {
public:
    /// Throws: std::runtime_error if libsodium or its memory cannot be had.
    Passwords();

    /// Blocks: until its turn comes, and then for the computation. Nothing when the server is closing.
    std::optional<std::string> hash(std::string_view password);

    /// Whether `hash` was made of `password`. An empty hash, for a group that does not exist, takes as long as any
    /// other and is never true: the time must not tell which groups there are. Blocks: as hash() does.
    bool verify(const std::string& hash, std::string_view password);

    /// From now on those who wait give up, so that a server can close without working off a queue of logins.
    void stop() { stopping_ = true; }

private:
    std::counting_semaphore<2> turns_{2};
    std::atomic<bool> stopping_ = false;
    std::string decoy_;
};

}  // namespace chat
