// tracer/app/step_desk.hpp - where a stepped run is led from: the controller, the user's words, and what is shown.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/output.hpp"
#include "app/run_plan.hpp"
#include "app/run_report.hpp"
#include "app/step_actions.hpp"
#include "app/step_input.hpp"
#include "app/step_view.hpp"
#include "labnet/network.hpp"
#include "os/poll.hpp"
#include "render/screen.hpp"
#include "step/controller.hpp"
#include "step/rest.hpp"

namespace sockstep::app {

class StepDesk {
public:
    /// Commands come from `script`; absent: from standard input, key by key if it and standard output are a terminal.
    StepDesk(const RunPlan& plan, const labnet::Network& network, RunReport& report, Output& output,
             std::optional<std::vector<std::string>> script);

    void begin(StepActions actions) { actions_ = std::move(actions); }

    // Told by the loop.
    bool holds(std::uint64_t hold, const record::CallBegin& call);
    void hold_ended(std::uint64_t hold);
    void enters(const record::Frame& frame);
    void passes(const record::Passage& passage);
    void printed(const record::Output& output);
    void waits_for_input(const calls::WaitsForInput& waits);
    void changes(const record::Process& process);
    /// The window has another size.
    void resized();
    void run_ends();

    void add_to(os::Poll& poll) const;
    /// What one round of the loop saw.
    struct Round {
        bool moved = false;  // programs stopped, or frames came
        bool idle = false;   // nothing that is waited for had come before its time was over
        bool quiet = false;  // all threads sleep in the kernel or are held
    };
    void round(const Round& round);

    /// Nothing is held any more and nothing is to be: the programs end.
    void let_all_go();
    bool is_done() const { return done_; }
    /// Nobody will type anything more.
    bool input_has_ended() const { return input_.has_ended() || nobody_types_; }
    /// Nothing is held or under way, no kernel owes an answer, and none will send again what was lost.
    bool has_nothing_left() const;

private:
    using Clock = std::chrono::steady_clock;

    void happens(const step::Event& event) { obey(controller_.happens(event)); }
    void obey(const std::vector<step::Command>& commands);
    void on(const step::LetCallGo& go);
    void expect_rest();
    void on(const step::DecideSegment& decide);
    void on(const step::TypeLine& line);
    void on(const step::Stop&);
    void on(const step::Refresh&);
    void on(const step::ShowStop& show);
    void on(const step::ShowWhy&);
    void on(const step::ShowAll&);
    void on(const step::ShowHelp&);
    void on(const step::Say& say);
    void on(const step::Save& save);
    void on(const step::End&) { done_ = true; }

    void end_input();
    void end_inputs_of_those_who_wait();
    void take_queued();
    bool is_at_rest(const Round& round) const;
    void tell_of_repeats();
    void tell_of_ends();
    void take_input();
    void say(const std::string& line);
    enum class Length : std::uint8_t { Window, All, WithRules };
    void show(const render::Screen& screen, Length length);
    /// Stop number `number`; beyond the last one, what follows it while programs run. Nothing if it is too long ago.
    std::optional<render::Screen> screen_of(std::size_t number) const;
    std::size_t last_stop() const { return past_.empty() ? 0 : past_.back().stop; }
    void refresh_in_time(bool is_idle);
    void redraw();
    /// What is being written; behind the cursor, what it still needs.
    std::string prompt() const;

    const RunPlan& plan_;
    RunReport& report_;
    Output& output_;
    StepView view_;
    step::Controller controller_;
    StepActions actions_;
    StepInput input_;
    bool nobody_types_ = false;         // `run` was said, and no terminal could stop it again
    std::deque<std::uint64_t> queued_;  // frames that were held since the last round
    std::deque<render::Screen> past_;
    std::optional<render::Screen> under_way_;  // what follows the last stop, until the next takes it in
    std::size_t shown_ = 0;                    // of past_, counted from 1
    std::string said_;                         // below the screen, until something is said or happens
    bool is_read_ = false;  // something long was shown: nothing is drawn over it until a key is pressed
    bool expects_quiet_ = true;
    bool at_rest_ = false;
    bool never_rests_ = false;  // it computes for ever
    step::Rest rest_;
    std::map<std::uint64_t, decode::TcpSegment> entered_;  // and have not arrived, by frame
    std::map<std::uint64_t, std::uint64_t> repeats_;       // of held frames, as far as told
    std::set<std::string> ended_;                          // programs
    Clock::time_point last_moved_ = Clock::now();
    Clock::time_point last_drawn_ = Clock::now();  // or said: what comes to rest soon is drawn once
    bool is_stale_ = false;                        // things have moved since it was drawn
    bool told_idle_ = false;
    bool lets_all_go_ = false;
    bool done_ = false;
};

}  // namespace sockstep::app
