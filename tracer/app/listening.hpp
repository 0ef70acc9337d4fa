// tracer/app/listening.hpp - notices when a server can be talked to, and remembers what each program did last.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "correlate/timeline.hpp"
#include "record/event.hpp"

namespace sockstep::app {

/// Told all records of a run, in the order observed.
class Listening {
public:
    void add(const record::Event& event);

    /// It has called listen with success; or it has bound a UDP socket and waits for something.
    bool listens(const std::string& program) const { return listening_.contains(program); }

    /// "its last call was bind(3, 0.0.0.0:5000) = -1 EADDRINUSE (Address already in use)", "it has made no socket
    /// call".
    std::string last_words_of(const std::string& program) const;

private:
    void begins(const record::CallBegin& call);
    void ends(const record::CallEnd& call);

    std::set<std::string, std::less<>> listening_;
    std::set<std::string, std::less<>> bound_;       // to a UDP port
    std::map<std::uint64_t, correlate::Call> open_;  // calls that go on, by id
    std::map<std::string, correlate::Call> last_;    // by program
};

}  // namespace sockstep::app
