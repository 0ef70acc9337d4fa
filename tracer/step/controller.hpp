// tracer/step/controller.hpp - who may go on, and when: events and words in, commands out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "step/command.hpp"
#include "step/event.hpp"
#include "step/request.hpp"
#include "step/waiting.hpp"

/// step: the stepping controller. Comes in: what waits, what moved, and what the user says. Goes out: commands, in the
/// order in which they are to be done. Called by app's loop, which does them; must not know ptrace, the wire, terminals
/// or clocks. The same events and words give the same commands.
namespace sockstep::step {

/// What is stopped at.
enum class StopAt : std::uint8_t { Both, Calls, Segments };

class Controller {
public:
    using Commands = std::vector<Command>;

    /// `hosts` in their order, the server first; `programs` by the names that they were given.
    Controller(std::vector<std::string> hosts, std::vector<std::string> programs)
        : waiting_{std::move(hosts)}, programs_{std::move(programs)} {}

    /// From the beginning nothing is stopped at but segments that are chosen. `stops_for_input`: and programs that wait
    /// for a line, because nobody can say one while they run.
    void begin_running(bool stops_for_input) {
        pace_ = Pace::Runs;
        stops_for_input_ = stops_for_input;
    }
    /// Something happened.
    Commands happens(const Event& event);
    /// The user said `line`, or pressed keys that mean it. A Quiet is expected after that once things are at rest, even
    /// if nothing has moved.
    Commands say(std::string_view line);
    /// The user will say nothing more: all that is left runs on by itself.
    Commands input_ends();

    /// What waits, in order: the first is what Enter lets go.
    const std::vector<Waiting>& waiting() const { return waiting_.all(); }
    StopAt stops_at() const { return stops_at_; }
    /// A command is expected now.
    bool is_stopped() const { return pace_ == Pace::Stopped; }
    /// Nothing is stopped at.
    bool runs() const { return pace_ == Pace::Runs; }
    bool is_over() const { return over_; }
    /// The user looks at what is now, not back.
    bool shows_present() const { return shown_ >= present(); }
    /// Why it stopped, where that is not what was asked for one step before; else empty.
    const std::string& reason() const { return reason_; }
    /// What goes on, where it is not stopped: "running until SYN".
    std::string under_way() const;
    /// Threads that wait for a line from their program's terminal, with the name of the program.
    const std::map<int, std::string>& wanting_input() const { return wanting_input_; }
    /// One line: the words that make sense now.
    std::string possible_now() const;

private:
    enum class Pace : std::uint8_t {
        Settles,  // until things have come to rest
        Stopped,
        Awaits,  // until something happens
        Until,   // a step after the other, until something is found
        Runs,
    };
    struct Sought {
        std::string program;  // empty: any
        std::string word;
    };

    void on(const CallWaits& event);
    void on(const SegmentWaits& event);
    void on(const SegmentRepeated&) {}  // is news, and no more
    void on(const CallVanished& event) { waiting_.remove(true, event.hold); }
    void on(const Printed& event);
    void on(const WaitsForInput& event) { wanting_input_[event.tid] = event.program; }
    void on(const HasInput& event) { has_input(event.program); }
    void on(const ThreadEnded& event) { wanting_input_.erase(event.tid); }
    void on(const ProgramEnded& event);
    void on(const Quiet&);
    void on(const Idle&);
    void on(const RunEnds&);

    void obey(const Request& request);
    void obey_in_the_past(const Request& request);
    void obey_under_way(const Request& request);
    void obey_now(const Request& request);
    void next(std::size_t number);
    void stop_only_at(StopAt what);
    void seek(const std::string& text);
    void decide(const Request& request, SegmentFate fate);
    void type(const Request& request);
    void run();
    void look(std::ptrdiff_t by);
    void complain(std::string_view what);
    std::string hint_of_input() const;

    bool passes(bool is_call) const;
    bool is_sought(const CallWaits& call) const;
    bool is_sought(const SegmentWaits& segment) const;
    void has_input(const std::string& program);
    void found(std::string what);
    bool knows(std::string_view program) const;
    void let_go(std::size_t position, SegmentFate fate = SegmentFate::Deliver, base::Duration delay = {});
    void stop(std::string reason);
    void go(Pace pace);
    /// The number of the last stop; while something goes on, which follows that, one more.
    std::size_t present() const { return pace_ == Pace::Stopped ? stops_ : stops_ + 1; }
    Commands take() { return std::exchange(commands_, {}); }

    WaitingList waiting_;
    std::vector<std::string> programs_;
    StopAt stops_at_ = StopAt::Both;
    Pace pace_ = Pace::Settles;
    Sought sought_;
    std::string found_;     // what was sought; things come to rest before we stop
    bool changed_ = false;  // something has happened since the last stop
    bool over_ = false;
    bool input_ended_ = false;
    std::string reason_;
    std::map<int, std::string> wanting_input_;  // by thread id
    std::set<std::string> ended_;               // programs
    bool stops_for_input_ = false;
    bool ran_ = false;  // it was stopped for input while it ran, and runs on when there is some
    std::map<std::pair<std::string, record::Stream>, std::string> lines_;  // that are being printed
    std::size_t stops_ = 0;
    std::size_t shown_ = 1;  // which of them the user looks at, or present()
    Commands commands_;
};

}  // namespace sockstep::step
