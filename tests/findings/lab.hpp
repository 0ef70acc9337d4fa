// tests/findings/lab.hpp - a run of real programs on loopback, and what is found in it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/sequencer.hpp"
#include "calls/traced_run.hpp"
#include "capture/live.hpp"
#include "correlate/correlator.hpp"
#include "findings/findings.hpp"

namespace sockstep::findings {

/// A TCP port that nobody has now, and whose two bytes, swapped, are another such port.
std::uint16_t free_port();

/// Programs are traced, the port's segments captured, and the timeline is made when the run is over. A test waits for
/// events: that a program listens, that the clients have ended, that calls sleep.
class Lab {
public:
    explicit Lab(std::uint16_t port);

    /// Starts a program; the first word is its file.
    void start(const std::string& name, std::vector<std::string> command) { run_.start(std::move(command), name); }
    /// Blocks: until a listen call has succeeded on the lab's port, or on its swapped one.
    void until_somebody_listens();
    /// Blocks: until `name` has ended.
    void until_ended(const std::string& name);
    /// Blocks: until a call of that name has begun so many times.
    void until_begun(const std::string& call, std::size_t times) {
        until([&] { return run_.has_begun(call, times); });
    }
    /// Blocks: until any process has ended.
    void until_a_process_ended();
    /// Blocks: until so many calls of `kind` sleep, that is: began unready and have not ended.
    void until_asleep(record::CallKind kind, std::size_t calls);

    /// Ends what is left, as a user does with ^C, and makes the timeline.
    const correlate::Timeline& timeline();
    std::vector<Finding> findings() { return find(timeline()); }
    std::string output() { return run_.output(); }

private:
    void until(const std::function<bool()>& condition);
    /// Takes what has been captured so far; says whether `take_frames`'s own datagram was among it.
    bool drain();
    void take_frames();

    std::uint16_t port_;
    capture::Live capture_;
    calls::TracedRun run_;
    correlate::Correlator correlator_;
    app::Sequencer sequencer_;
    bool over_ = false;
};

/// "ERROR both-wait: ...", with what differs from run to run replaced: ports, byte counts that the kernel decides,
/// times. One line a finding, with its advice in a second.
std::string golden(const std::vector<Finding>& findings, std::uint16_t port);

}  // namespace sockstep::findings
