// server/chat/group.hpp - one group chat: who is in it, and who hears what.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "chat/outbox.hpp"

namespace chat {

/// The members of a group, each a name and the Outbox that its lines go into. A line goes into all of them under one
/// lock, so every member sees the same lines in the same order. A member whose Outbox is full is taken out, and the
/// others are told.
///
/// A group ends when its last member leaves; an ended group takes no members.
///
/// Safe to use from several threads.
class Group {
public:
    enum class Join { Joined, NameTaken, Ended };

    Group(std::string id, std::string password_hash) : id_{std::move(id)}, password_hash_{std::move(password_hash)} {}

    const std::string& id() const { return id_; }
    const std::string& password_hash() const { return password_hash_; }

    /// Takes `name`, welcomes its owner and tells the others.
    Join join(const std::string& name, const std::shared_ptr<Outbox>& outbox);

    /// Sends "name: text" to everybody but the member that says it.
    void say(const Outbox& member, std::string_view text);

    /// Tells a member who is in the group.
    void who(Outbox& member) const;

    /// Takes the member out, and tells the others: "* name news". One that is not in the group changes nothing.
    void leave(const Outbox& member, std::string_view news);

    bool ended() const;

private:
    struct Member {
        std::string name;
        std::shared_ptr<Outbox> outbox;
    };

    void tell_all_but(const Outbox* member, std::string_view line);
    std::string names() const;

    const std::string id_;
    const std::string password_hash_;
    mutable std::mutex mutex_;  // guards what follows; inside it only an Outbox is locked
    std::vector<Member> members_;
    bool ended_ = false;
};

}  // namespace chat
