// server/chat/groups.cpp - the registry of groups.
#include "chat/groups.hpp"

#include <utility>

namespace chat {

std::shared_ptr<Group> Groups::create(std::string password_hash, const std::string& name,
                                      const std::shared_ptr<Outbox>& outbox) {
    std::shared_ptr<Group> group;
    {
        const std::lock_guard lock{mutex_};
        std::string id;
        do {
            id = std::to_string(100000 + random_(900000));
        } while (groups_.contains(id));
        group = std::make_shared<Group>(id, std::move(password_hash));
        groups_.emplace(id, group);
    }
    outbox->push("* The new group ID is " + group->id() + "\n");
    group->join(name, outbox);
    return group;
}

std::shared_ptr<Group> Groups::find(const std::string& id) const {
    const std::lock_guard lock{mutex_};
    const auto found = groups_.find(id);
    return found == groups_.end() ? nullptr : found->second;
}

void Groups::leave(const std::shared_ptr<Group>& group, const Outbox& member, const std::string& news) {
    group->leave(member, news);
    if (group->ended()) {
        const std::lock_guard lock{mutex_};
        const auto found = groups_.find(group->id());
        if (found != groups_.end() && found->second == group) {
            groups_.erase(found);
        }
    }
}

std::size_t Groups::size() const {
    const std::lock_guard lock{mutex_};
    return groups_.size();
}

}  // namespace chat
