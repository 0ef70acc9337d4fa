// tracer/app/run_plan.hpp - what sockstep run is asked for: programs, what is typed into them, when it ends.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/output_options.hpp"
#include "labnet/effects.hpp"
#include "labnet/network.hpp"
#include "labnet/rule.hpp"

namespace sockstep::app {

struct PlannedProgram {
    std::string name;
    bool is_server = false;
    std::vector<std::string> words;  // the program, and its arguments
    std::vector<std::string> lines;  // to be typed, without newlines
    bool attached = false;           // to the user's terminal

    /// As it would be typed.
    std::string command() const;

    friend bool operator==(const PlannedProgram&, const PlannedProgram&) = default;
};

/// When a run ends, should nothing end it earlier.
struct Until {
    enum class What { ClientsEnd, ServersEnd, ProgramEnds, TimePasses };
    What what = What::ClientsEnd;
    std::string program{};
    std::chrono::nanoseconds time{};

    friend bool operator==(const Until&, const Until&) = default;
};

/// The lab network that a run takes place in.
struct LabPlan {
    labnet::NetworkOptions network;
    labnet::LinkOptions link;
    std::vector<std::pair<labnet::Action, std::string>> rules;
    std::map<std::string, std::string> host_of;  // by program
    bool stepped = false;                        // calls and segments are held
    bool show_retries = false;

    /// Everything runs but segments that a rule chose.
    bool holds_chosen() const {
        return std::ranges::any_of(rules, [](const auto& rule) { return rule.first == labnet::Action::Hold; });
    }
};

struct RunPlan {
    std::vector<PlannedProgram> programs;  // servers first
    std::chrono::nanoseconds wait{std::chrono::seconds{10}};
    Until until;
    bool calls_only = false;
    std::optional<LabPlan> lab;  // absent: the present network, where segments pass over lo
    OutputOptions output;
};

/// What the wire is to do, as it was written.
struct WireTexts {
    std::vector<std::string> hosts;  // "PROGRAM=HOST"
    std::string delay;
    std::string jitter;
    std::string loss;
    std::string reorder;
    std::string duplicate;
    std::string corrupt;
    std::string rate;
    std::string seed;
    std::string mtu;
    std::vector<std::string> drop_rules;  // "client SYN 1"
    std::vector<std::string> hold_rules;
    std::vector<std::string> delay_rules;
    std::vector<std::string> duplicate_rules;
    std::vector<std::string> corrupt_rules;
    bool show_retries = false;

    friend bool operator==(const WireTexts&, const WireTexts&) = default;
};

/// The options as they were given.
struct RunOptions {
    /// A line for a program, or a file of lines.
    struct Typed {
        bool is_file = false;
        std::string text;  // "NAME=line", "NAME=FILE"
    };

    std::vector<std::string> servers;  // "[NAME=]COMMAND"
    std::vector<std::string> clients;
    std::vector<std::string> command;  // after --
    std::vector<Typed> typed;
    std::string attach;
    std::string until;
    double wait = 10;  // seconds
    bool calls_only = false;
    bool loopback = false;
    bool stepped = false;
    WireTexts wire;
    OutputOptions output;
};

/// Throws: CLI::ValidationError, with what makes no sense in them; std::system_error if a file cannot be read.
RunPlan plan_of(const RunOptions& options);

}  // namespace sockstep::app
