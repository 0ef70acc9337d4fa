// server/chat/group.cpp - every line to every other member, in one order.
#include "chat/group.hpp"

#include <algorithm>

#include "chat/text.hpp"

namespace chat {

namespace {
constexpr std::size_t longest_list = 8192;  // bytes of names that /who shows, so that it fits into any Outbox
}

Group::Join Group::join(const std::string& name, const std::shared_ptr<Outbox>& outbox) {
    const std::lock_guard lock{mutex_};
    if (ended_) {
        return Join::Ended;
    }
    if (std::any_of(members_.begin(), members_.end(), [&](const Member& m) { return same_name(m.name, name); })) {
        return Join::NameTaken;
    }
    tell_all_but(nullptr, "* " + name + " joined.\n");
    members_.push_back({name, outbox});
    outbox->push("* You are in group " + id_ + " as " + name +
                 ". Each line you write goes to all others. /who, /leave and /quit are for you.\n");
    return Join::Joined;
}

void Group::say(const Outbox& member, std::string_view text) {
    const std::lock_guard lock{mutex_};
    const auto sender =
        std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.outbox.get() == &member; });
    if (sender != members_.end()) {
        tell_all_but(&member, sender->name + ": " + std::string{text} + "\n");
    }
}

void Group::who(Outbox& member) const {
    const std::lock_guard lock{mutex_};
    member.push("* " + std::to_string(members_.size()) + " in group " + id_ + ": " + names() + "\n");
}

void Group::leave(const Outbox& member, std::string_view news) {
    const std::lock_guard lock{mutex_};
    const auto leaver =
        std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.outbox.get() == &member; });
    if (leaver != members_.end()) {
        const std::string name = leaver->name;
        members_.erase(leaver);
        tell_all_but(nullptr, "* " + name + " " + std::string{news} + "\n");
    }
    ended_ = members_.empty();
}

bool Group::ended() const {
    const std::lock_guard lock{mutex_};
    return ended_;
}

void Group::tell_all_but(const Outbox* member, std::string_view line) {
    std::vector<std::string> dropped;
    std::erase_if(members_, [&](const Member& m) {
        const bool full = m.outbox.get() != member && m.outbox->push(line) == Outbox::Push::Full;
        if (full) {
            dropped.push_back(m.name);
        }
        return full;
    });
    for (const std::string& name : dropped) {  // this may drop more, and ends, as each has one member less
        tell_all_but(nullptr, "* " + name + " was dropped: it read too slowly.\n");
    }
}

std::string Group::names() const {
    std::string names;
    std::size_t listed = 0;
    for (const Member& member : members_) {
        if (names.size() > longest_list) {
            return names + " and " + std::to_string(members_.size() - listed) + " more";
        }
        names += (names.empty() ? "" : ", ") + member.name;
        ++listed;
    }
    return names;
}

}  // namespace chat
