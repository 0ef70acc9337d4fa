// tracer/app/run_plan.cpp - options to a plan: names, words, lines.
#include "app/run_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include <CLI/CLI.hpp>

#include "app/lines.hpp"
#include "app/shell_words.hpp"
#include "app/wire_plan.hpp"
#include "base/words.hpp"
#include "os/pseudo_terminal.hpp"

namespace sockstep::app {

namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& reason) {
    throw CLI::ValidationError{option, reason};
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A letter, then letters, digits, - and _.
bool is_name(std::string_view text) {
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

struct Named {
    std::string name;
    std::string value;
};

/// "NAME=VALUE", if what is before the first = is a name.
std::optional<Named> named(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || !is_name(std::string_view{text}.substr(0, equals))) {
        return std::nullopt;
    }
    return Named{text.substr(0, equals), text.substr(equals + 1)};
}

void add_programs(const std::string& option, const std::vector<std::string>& commands, bool are_servers,
                  RunPlan& plan) {
    for (std::size_t i = 0; i < commands.size(); ++i) {
        PlannedProgram program;
        program.is_server = are_servers;
        program.name = are_servers ? "server" : "client";
        program.name += i == 0 ? "" : std::to_string(i + 1);
        std::string command = commands[i];
        if (const auto parts = named(command)) {
            program.name = parts->name;
            command = parts->value;
        }
        const auto words = shell_words(command);
        if (const auto* complaint = std::get_if<std::string>(&words)) {
            refuse(option, fmt::format("{} in {}", *complaint, command));
        }
        program.words = std::get<std::vector<std::string>>(words);
        if (program.words.empty()) {
            refuse(option, fmt::format("there is no command in '{}'", commands[i]));
        }
        plan.programs.push_back(std::move(program));
    }
}

void refuse_equal_names(const std::vector<PlannedProgram>& programs) {
    for (auto one = programs.begin(); one != programs.end(); ++one) {
        if (std::any_of(one + 1, programs.end(), [&](const auto& other) { return other.name == one->name; })) {
            refuse("-s, -c", fmt::format("two programs have the name {}; give one another: NAME=COMMAND", one->name));
        }
    }
}

PlannedProgram& program_named(const std::string& option, const std::string& name, RunPlan& plan) {
    const auto found = std::ranges::find(plan.programs, name, &PlannedProgram::name);
    if (found == plan.programs.end()) {
        std::string names;
        for (const PlannedProgram& program : plan.programs) {
            names += (names.empty() ? "" : ", ") + program.name;
        }
        refuse(option, fmt::format("there is no program {}, only {}", name, names));
    }
    return *found;
}

void add_lines(const RunOptions::Typed& typed, RunPlan& plan) {
    const std::string option = typed.is_file ? "--type-file" : "--type";
    const auto parts = named(typed.text);
    if (!parts) {
        refuse(option, fmt::format("must be NAME={}, not {}", typed.is_file ? "FILE" : "'line'", typed.text));
    }
    PlannedProgram& program = program_named(option, parts->name, plan);
    // A line with newlines in it is several lines; an empty one is typed too.
    std::vector<std::string> lines = typed.is_file ? lines_of_file(parts->value) : lines_of(parts->value + "\n");
    for (std::string& line : lines) {
        if (line.size() > os::PseudoTerminal::longest_line) {
            refuse(option, fmt::format("a line has {} octets; a terminal takes {}", line.size(),
                                       os::PseudoTerminal::longest_line));
        }
        program.lines.push_back(std::move(line));
    }
}

void attach(const std::string& name, RunPlan& plan) {
    PlannedProgram& program = program_named("--attach", name, plan);
    if (!program.lines.empty()) {
        refuse("--attach", fmt::format("{} has your terminal, so nothing can be typed for you", name));
    }
    program.attached = true;
}

Until until_of(const std::string& text, RunPlan& plan) {
    const bool has_servers = std::ranges::any_of(plan.programs, &PlannedProgram::is_server);
    if (text == "server" && has_servers) {
        return {.what = Until::What::ServersEnd};
    }
    if (is_name(text)) {
        return {.what = Until::What::ProgramEnds, .program = program_named("--until", text, plan).name};
    }
    const double seconds = base::number_in<double>(text).value_or(0);
    if (!(seconds >= 0.001 && seconds <= 1e9)) {  // not a number: neither
        refuse("--until", fmt::format("must be server, a program's name or seconds from 0.001 to 1e9, not {}", text));
    }
    return {.what = Until::What::TimePasses,
            .time = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>{seconds})};
}

}  // namespace

std::string PlannedProgram::command() const {
    std::string text;
    for (const std::string& word : words) {
        const bool is_plain = !word.empty() && word.find_first_of(" \t\n'\"\\") == std::string::npos;
        std::string quoted = word;
        for (std::size_t at = 0; (at = quoted.find('\'', at)) != std::string::npos; at += 4) {
            quoted.replace(at, 1, R"('\'')");
        }
        text += (text.empty() ? "" : " ") + (is_plain ? word : "'" + quoted + "'");
    }
    return text;
}

RunPlan plan_of(const RunOptions& options) {
    RunPlan plan;
    plan.calls_only = options.calls_only;
    plan.output = options.output;
    plan.wait = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>{options.wait});
    if (!options.command.empty()) {
        if (!options.servers.empty() || !options.clients.empty()) {
            refuse("COMMAND", fmt::format("{}: give programs with -s and -c, or one after --", options.command[0]));
        }
        plan.programs.push_back({.name = "program", .words = options.command, .lines = {}});
    }
    add_programs("-s", options.servers, true, plan);
    add_programs("-c", options.clients, false, plan);
    if (plan.programs.empty()) {
        refuse("run", "which program? Give -s COMMAND, -c COMMAND or -- COMMAND");
    }
    refuse_equal_names(plan.programs);
    if (options.stepped && (options.loopback || options.calls_only)) {
        refuse(options.loopback ? "--loopback" : "--calls-only",
               "there is no wire of ours then, to stop segments on; sockstep run takes it");
    }
    const bool has_two_sides = !options.servers.empty() && !options.clients.empty();
    if (!options.wire.hold_rules.empty() && !options.stepped) {
        refuse("--hold", "nobody could let the segment go again; sockstep step takes it");
    }
    if (has_two_sides && !options.calls_only && !options.loopback) {
        plan.lab = lab_of(options.wire, plan.programs);
        if (options.stepped && (plan.lab->link.has_effects() || plan.lab->link.jitter.count() != 0)) {
            refuse("step",
                   "every segment stops on the wire, where you say what happens to it; --delay, --loss and the "
                   "like are for run, --drop and --delay-one for both");
        }
        plan.lab->stepped = options.stepped;
        plan.lab->network.patience = options.stepped ? labnet::Patience::Long : labnet::Patience::Usual;
    } else if (options.stepped) {
        refuse("step", "there is no wire to stop segments on: give a server with -s and a client with -c");
    } else if (options.wire != WireTexts{}) {
        refuse("run", "there is no wire: the lab network needs -s and -c, and neither --loopback nor --calls-only");
    }
    for (const RunOptions::Typed& typed : options.typed) {
        add_lines(typed, plan);
    }
    if (options.stepped && (options.output.json || options.output.summary || options.output.connection != 0)) {
        refuse("step", "it shows stops, not --json, --summary or --connection; save FILE writes JSON lines");
    }
    if (options.stepped && !options.attach.empty()) {
        refuse("--attach", "in a stepped run the terminal is where you say what happens; use type NAME TEXT");
    }
    if (!options.attach.empty()) {
        attach(options.attach, plan);
    }
    if (!options.until.empty()) {
        plan.until = until_of(options.until, plan);
    }
    return plan;
}

}  // namespace sockstep::app
