// tracer/app/demo_script.hpp - the demo's conversation: who waits for which text, and what is typed then.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.hpp"

namespace sockstep::app {

/// The programs of the demo: chat-server, and a chat-client for each of two people.
enum class Actor : std::uint8_t { Server, Alice, Bob };

constexpr std::array actors{Actor::Server, Actor::Alice, Actor::Bob};

/// "server", "Alice", "Bob".
std::string_view name_of(Actor actor);

/// One line of the script.
struct Step {
    enum class Does : std::uint8_t {
        // To be done:
        Types,  // `text` and a newline are typed into the program; {group} stands for the group's ID
        // To be waited for:
        Prints,      // the program prints `text`
        TellsGroup,  // it prints `text`, then the group's ID
        Exits,       // it ends by itself, with exit status 0
    };

    Actor actor = Actor::Server;
    Does does = Does::Types;
    std::string_view text{};

    friend bool operator==(const Step&, const Step&) = default;
};

/// A group chat: create, join with a wrong and with the right password, talk, leave, quit. Static storage.
std::span<const Step> chat_steps();

/// Follows a script: told what the programs do, it says what to do next. It knows no program, pipe or clock, so a test
/// can play every part.
class ChatScript {
public:
    /// `steps` must outlive this.
    explicit ChatScript(std::span<const Step> steps = chat_steps()) : steps_{steps} {}

    /// What is to be done now, in this order, each step once; a Types step's text is in typed().
    struct Action {
        Step step;
        std::string typed;  // without newline
    };
    std::vector<Action> next_actions();

    /// For a machine that is busy; what the programs do takes milliseconds.
    static constexpr std::chrono::seconds patience{10};

    void printed(Actor actor, std::string_view text);
    void exited(Actor actor, bool success);

    bool finished() const { return position_ == steps_.size(); }
    /// No event can let it go on: the program it waits for has ended, and has not done what the script waits for.
    bool stuck() const;
    /// It has waited for the same thing for longer than `patience`. To be asked every now and then: it counts from when
    /// it was asked first.
    bool overdue(base::Timestamp now);
    /// "Bob's chat-client to print "Password: "". REQUIRES: not finished().
    std::string waits_for() const;

    /// What `actor` printed and the script has not waited for.
    const std::string& unread(Actor actor) const { return part(actor).unread; }

    /// Empty until it is told.
    const std::string& group() const { return group_; }

private:
    enum class State : std::uint8_t { Runs, Succeeded, Failed };
    struct Part {
        std::string unread;  // printed, and not waited for yet
        State state = State::Runs;
    };

    Part& part(Actor actor) { return parts_[static_cast<std::size_t>(actor)]; }
    const Part& part(Actor actor) const { return parts_[static_cast<std::size_t>(actor)]; }
    bool happened(const Step& step);
    bool read_past(Part& part, std::string_view text);
    bool read_word_after(Part& part, std::string_view text, std::string& word);

    std::span<const Step> steps_;
    std::size_t position_ = 0;
    std::array<Part, actors.size()> parts_;
    std::string group_;
    std::size_t watched_ = 0;  // the step that overdue() found it at, since when
    std::optional<base::Timestamp> since_;
};

}  // namespace sockstep::app
