// tracer/app/step_view.hpp - what a stop of a stepped run looks like: asked of the kernel, the wire and the timeline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/run_plan.hpp"
#include "app/run_report.hpp"
#include "app/step_actions.hpp"
#include "labnet/network.hpp"
#include "labnet/wire.hpp"
#include "render/screen.hpp"
#include "step/controller.hpp"

namespace sockstep::app {

class StepView {
public:
    StepView(const RunPlan& plan, const labnet::Network& network, const RunReport& report)
        : plan_{plan}, network_{network}, report_{report} {}

    /// Takes in what the timeline has got since the last time.
    void follow();
    /// Stop number `stop` as it is now, with what was followed since the last look.
    render::Screen look(std::size_t stop, const step::Controller& controller, const StepActions& actions);
    render::ScreenSegment segment_of(const labnet::Held& held) const;

private:
    struct Thread {
        std::string program;
        std::uint64_t call = 0;  // that goes on
    };

    void follow(const correlate::Moment& moment);
    render::ScreenHost look_at(const labnet::Host& host, const step::Controller& controller,
                               const StepActions& actions) const;

    const RunPlan& plan_;
    const labnet::Network& network_;
    const RunReport& report_;
    std::map<int, Thread> threads_;  // by thread id
    std::size_t followed_ = 0;       // moments
    std::vector<render::ScreenEvent> happened_;
};

}  // namespace sockstep::app
