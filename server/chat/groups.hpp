// server/chat/groups.hpp - all group chats, by their IDs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "chat/group.hpp"

namespace chat {

/// Group IDs have six digits: short to type, and drawn by lot, so that one tells nothing of the others. As a group
/// lives only while it has members, there are never more groups than clients.
///
/// Safe to use from several threads.
class Groups {
public:
    /// `random` gives a number below its argument; passed in so that a test can repeat itself.
    explicit Groups(std::function<std::uint32_t(std::uint32_t)> random) : random_{std::move(random)} {}

    /// A new group with an unused ID and its first member.
    std::shared_ptr<Group> create(std::string password_hash, const std::string& name,
                                  const std::shared_ptr<Outbox>& outbox);

    /// The group of that ID, or nullptr.
    std::shared_ptr<Group> find(const std::string& id) const;

    /// Group::leave(), and forgets the group if that was its end.
    void leave(const std::shared_ptr<Group>& group, const Outbox& member, const std::string& news);

    std::size_t size() const;

private:
    std::function<std::uint32_t(std::uint32_t)> random_;
    mutable std::mutex mutex_;  // guards what follows; no other lock is taken inside it
    std::map<std::string, std::shared_ptr<Group>> groups_;
};

}  // namespace chat
