// tracer/render/run_ladder.hpp - a run as a ladder: calls at the side of their program, segments between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "correlate/timeline.hpp"
#include "explain/explain.hpp"
#include "render/cast.hpp"
#include "render/page.hpp"
#include "render/style.hpp"

namespace sockstep::render {

/// Clients stand on the left, servers on the right. A call that blocks stands there twice: when it begins and when it
/// returns; so does a connect that is answered. Any other stands there once, with what it returned, so that causes come
/// first: one that takes what arrives when it returns, all others when they begin.
class RunLadder {
public:
    RunLadder(Style style, std::vector<Role> roles) : page_{style}, cast_{std::move(roles)} {}

    /// Who is who.
    std::string opening() const;

    /// The lines for the next moment of `timeline`, perhaps none. Moments come in their order, each once or not at all.
    std::string moment(const correlate::Timeline& timeline, const correlate::Moment& moment);

    /// False while more must be known to show it once and rightly: a call goes on that need not be asleep.
    static bool can_be_shown(const correlate::Timeline& timeline, const correlate::Moment& moment);

    /// The last word on a connection.
    std::string connection(const tcp::Connection& connection, const explain::Explanation& explanation) const {
        return last_word(page_, connection, explanation);
    }

private:
    /// Where and how something is told of a program.
    struct Place {
        tcp::Side side = tcp::Side::Client;
        std::string name;  // to be told before all else, if not empty
    };

    std::string begin(const correlate::Timeline& timeline, const correlate::Call& call);
    std::string whole(const correlate::Timeline& timeline, const correlate::Call& call, const Place& place,
                      base::Duration at) const;
    std::string end(const correlate::Timeline& timeline, const correlate::Call& call);
    std::string segment(const correlate::Timeline& timeline, const correlate::Segment& segment);
    std::string passage(const correlate::Timeline& timeline, const correlate::Passage& passage);
    std::string introduction(const correlate::Timeline& timeline, const correlate::Segment& segment);
    std::string output(const correlate::Timeline& timeline, const record::Output& output);
    std::vector<Line> said(const std::string& before, std::string_view text) const;
    std::string process(const correlate::Timeline& timeline, const record::Process& process);
    std::string what_happens(const record::Process& process);
    std::string tag_of(std::uint64_t connection) const;
    std::string told(base::Duration at, const Place& place, Paint paint, const std::string& what,
                     const explain::Explanation& explanation, const std::string& detail = {}) const;
    std::vector<Line> at_side(tcp::Side side, const std::vector<Line>& lines) const;
    std::vector<Line> sentences_of(const explain::Explanation& explanation, std::size_t columns) const;
    std::size_t block() const;
    Place place_of(const correlate::Call& call);

    Page page_;
    Cast cast_;
    std::map<std::uint64_t, Place> at_its_end_;       // calls that are shown when they return
    std::map<std::uint64_t, Place> asleep_;           // calls whose beginning was shown and whose end was not
    std::set<int> just_started_;                      // processes that have not become their program
    std::set<std::uint64_t> under_way_;               // segments whose arrow has left and not come
    std::set<std::uint64_t> connections_;             // introduced
    std::map<std::uint16_t, std::string> listeners_;  // programs, by port
};

}  // namespace sockstep::render
