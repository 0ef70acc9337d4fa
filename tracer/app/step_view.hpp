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
#include "calls/tcp_table.hpp"
#include "labnet/network.hpp"
#include "labnet/wire.hpp"
#include "render/cast.hpp"
#include "render/screen.hpp"
#include "step/controller.hpp"

namespace sockstep::app {

class StepView {
public:
    /// Throws: std::system_error where the kernels of the hosts cannot be asked.
    StepView(const RunPlan& plan, const labnet::Network& network, const RunReport& report);

    /// Takes in what the timeline has got since the last time.
    void follow();
    /// Stop number `stop` as it is now, with what was followed since the last look.
    render::Screen look(std::size_t stop, const step::Controller& controller, const StepActions& actions);
    render::ScreenSegment segment_of(const labnet::Held& held) const;
    /// Who of `from`'s programs may have sent it: one, if the kernel tells, or told of the connection before.
    std::vector<std::string> senders(const std::string& from, const decode::TcpSegment& packet,
                                     const StepActions& actions);

private:
    struct Thread {
        std::string program;
        int pid = 0;
        std::string name;        // "server/t2"
        std::uint64_t call = 0;  // that goes on
    };

    struct Sender {
        base::Endpoint source;
        base::Endpoint destination;
        std::string program;
    };

    void follow(const correlate::Moment& moment);
    void follow(const record::Process& process);
    void add_threads(const std::string& program, const step::Controller& controller, render::ScreenHost& host) const;
    std::vector<std::string> programs_on(const std::string& host) const;
    render::ScreenHost look_at(const labnet::Host& host, const step::Controller& controller,
                               const StepActions& actions);

    const RunPlan& plan_;
    const labnet::Network& network_;
    const RunReport& report_;
    std::vector<std::string> hosts_;        // by number
    std::vector<calls::TcpTable> kernels_;  // of the hosts
    render::Cast cast_{{}};
    std::map<int, Thread> threads_;  // by thread id
    std::vector<Sender> senders_;    // where several programs share a host
    std::size_t followed_ = 0;       // moments
    std::vector<render::ScreenEvent> happened_;
};

}  // namespace sockstep::app
