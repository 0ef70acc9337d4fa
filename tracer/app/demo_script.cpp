// tracer/app/demo_script.cpp - the conversation as a table, and the finger that follows it: pure.
#include "app/demo_script.hpp"

#include <fmt/format.h>

#include <cassert>

namespace sockstep::app {

namespace {

using enum Actor;
using enum Step::Does;

constexpr Step conversation[] = {
    {Server, Prints, "listening on port "},

    {Alice, Prints, "Your choice: "},
    {Alice, Types, "2"},
    {Alice, Prints, "Name: "},
    {Alice, Types, "Alice"},
    {Alice, Prints, "Password: "},
    {Alice, Types, "open sesame"},
    {Alice, TellsGroup, "You are in group "},

    {Bob, Prints, "Your choice: "},
    {Bob, Types, "1"},
    {Bob, Prints, "Name: "},
    {Bob, Types, "Bob"},
    {Bob, Prints, "Group ID: "},
    {Bob, Types, "{group}"},
    {Bob, Prints, "Password: "},
    {Bob, Types, "open barley"},
    {Bob, Prints, "Wrong group ID or password"},

    {Bob, Prints, "Your choice: "},
    {Bob, Types, "1"},
    {Bob, Prints, "Name: "},
    {Bob, Types, "Bob"},
    {Bob, Prints, "Group ID: "},
    {Bob, Types, "{group}"},
    {Bob, Prints, "Password: "},
    {Bob, Types, "open sesame"},
    {Bob, Prints, "You are in group "},
    {Alice, Prints, "Bob joined"},

    {Alice, Types, "Hello Bob! Which way did this line come to you?"},
    {Bob, Prints, "Alice: Hello Bob!"},
    {Bob, Types, "By the server: one segment to it, one from it to me."},
    {Alice, Prints, "Bob: By the server"},
    {Alice, Types, "/who"},
    {Alice, Prints, "2 in group "},

    {Bob, Types, "/leave"},
    {Bob, Prints, "You left group "},
    {Alice, Prints, "Bob left"},
    {Bob, Prints, "Your choice: "},
    {Bob, Types, "3"},
    {Bob, Prints, "Goodbye"},
    {Bob, Exits},

    {Alice, Types, "/quit"},
    {Alice, Prints, "Goodbye"},
    {Alice, Exits},
};

std::string program_of(Actor actor) {
    return actor == Server ? "chat-server" : fmt::format("{}'s chat-client", name_of(actor));
}

std::string with_group(std::string_view text, const std::string& group) {
    constexpr std::string_view placeholder = "{group}";
    std::string result{text};
    if (const std::size_t at = result.find(placeholder); at != std::string::npos) {
        result.replace(at, placeholder.size(), group);
    }
    return result;
}

bool is_action(Step::Does does) {
    return does == Types;
}

}  // namespace

std::string_view name_of(Actor actor) {
    switch (actor) {
        case Server:
            return "server";
        case Alice:
            return "Alice";
        case Bob:
            return "Bob";
    }
    return {};
}

std::span<const Step> chat_steps() {
    return conversation;
}

std::vector<ChatScript::Action> ChatScript::next_actions() {
    std::vector<Action> actions;
    for (; !finished(); ++position_) {
        const Step& step = steps_[position_];
        if (is_action(step.does)) {
            actions.push_back({step, with_group(step.text, group_)});
        } else if (!happened(step)) {
            break;
        }
    }
    return actions;
}

/// Whether what `step` waits for has happened; then it is read past.
bool ChatScript::happened(const Step& step) {
    Part& waited_for = part(step.actor);
    switch (step.does) {
        case Prints:
            return read_past(waited_for, step.text);
        case TellsGroup:
            return read_word_after(waited_for, step.text, group_);
        case Exits:
            return waited_for.state == State::Succeeded;
        case Types:
            break;
    }
    return false;
}

bool ChatScript::read_past(Part& part, std::string_view text) {
    const std::size_t at = part.unread.find(text);
    if (at == std::string::npos) {
        return false;
    }
    part.unread.erase(0, at + text.size());
    return true;
}

/// The word must be complete, that is, followed by a space or the line's end.
bool ChatScript::read_word_after(Part& part, std::string_view text, std::string& word) {
    const std::size_t at = part.unread.find(text);
    const std::size_t begin = at + text.size();
    const std::size_t end = at == std::string::npos ? at : part.unread.find_first_of(" \r\n", begin);
    if (end == std::string::npos) {
        return false;
    }
    word = part.unread.substr(begin, end - begin);
    part.unread.erase(0, end);
    return true;
}

void ChatScript::printed(Actor actor, std::string_view text) {
    part(actor).unread += text;
}

void ChatScript::exited(Actor actor, bool success) {
    part(actor).state = success ? State::Succeeded : State::Failed;
}

bool ChatScript::stuck() const {
    if (finished() || is_action(steps_[position_].does)) {
        return false;
    }
    const Step& step = steps_[position_];
    const State state = part(step.actor).state;
    return step.does == Exits ? state == State::Failed : state != State::Runs;
}

bool ChatScript::overdue(base::Timestamp now) {
    if (!since_ || watched_ != position_) {
        watched_ = position_;
        since_ = now;
    }
    return !finished() && now - *since_ > patience;
}

std::string ChatScript::waits_for() const {
    assert(!finished());
    const Step& step = steps_[position_];
    return step.does == Exits ? program_of(step.actor) + " to end"
                              : fmt::format("{} to print \"{}\"", program_of(step.actor), step.text);
}

}  // namespace sockstep::app
