// tracer/app/wire_plan.cpp - times, shares, rates and rules, read strictly.
#include "app/wire_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/read_duration.hpp"
#include "base/words.hpp"

namespace sockstep::app {

namespace {

struct Unit {
    std::string_view name;
    double factor;
};

/// A number with one of `units` behind it, at most `most`, in the unit whose factor is 1.
template <std::size_t Count>
std::optional<double> quantity(std::string_view text, const Unit (&units)[Count], double most) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
    const auto* unit = std::ranges::find(units, name, &Unit::name);
    const bool good = error == std::errc{} && unit != std::end(units) && value >= 0 && value * unit->factor <= most;
    return good ? std::optional{value * unit->factor} : std::nullopt;
}

[[noreturn]] void refuse(const char* option, const std::string& text, std::string_view wanted) {
    throw CLI::ValidationError{option, fmt::format("must be {}, not {}", wanted, text)};
}

base::Duration time_of(const char* option, const std::string& text) {
    if (text.empty()) {
        return {};
    }
    const auto time = base::read_duration(text);
    if (!time || *time > std::chrono::hours{1}) {
        refuse(option, text, "a time up to an hour such as 40ms, 1.5s or 800us");
    }
    return *time;
}

double share_of(const char* option, const std::string& text) {
    constexpr Unit units[] = {{"%", 0.01}};
    if (text.empty()) {
        return 0;
    }
    const auto share = quantity(text, units, 1);
    if (!share) {
        refuse(option, text, "a share such as 1% or 0.5%, at most 100%");
    }
    return *share;
}

std::uint64_t rate_of(const std::string& text) {
    constexpr Unit units[] = {{"bit", 1}, {"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}};
    if (text.empty()) {
        return 0;
    }
    const auto rate = quantity(text, units, 1e12);
    if (!rate || *rate < 1) {
        refuse("--rate", text, "bits a second such as 1mbit, 56kbit or 2.5gbit");
    }
    return static_cast<std::uint64_t>(std::llround(*rate));
}

std::uint64_t whole(const char* option, const std::string& text, std::uint64_t otherwise) {
    if (text.empty()) {
        return otherwise;
    }
    const auto value = base::number_in<std::uint64_t>(text);
    if (!value) {
        refuse(option, text, "a whole number");
    }
    return *value;
}

unsigned mtu_of(const std::string& text) {
    const std::uint64_t mtu = whole("--mtu", text, labnet::NetworkOptions{}.mtu);
    if (mtu < labnet::least_mtu || mtu > labnet::most_mtu) {
        refuse("--mtu", text, fmt::format("from {} to {} octets", labnet::least_mtu, labnet::most_mtu));
    }
    return static_cast<unsigned>(mtu);
}

/// Servers share the server's host; each client has its own, unless --host says otherwise.
void place(const WireTexts& texts, const std::vector<PlannedProgram>& programs, LabPlan& lab) {
    const auto first_server = std::ranges::find_if(programs, &PlannedProgram::is_server);
    lab.network.server = first_server->name;
    for (const PlannedProgram& program : programs) {
        lab.host_of[program.name] = program.is_server ? lab.network.server : program.name;
    }
    for (const std::string& text : texts.hosts) {
        const std::size_t equals = text.find('=');
        const std::string program = text.substr(0, equals);
        if (equals == std::string::npos || !lab.host_of.contains(program)) {
            refuse("--host", text, "PROGRAM=HOST, with the name of a program");
        }
        lab.host_of[program] = text.substr(equals + 1);
    }
    lab.network.clients.clear();
    for (const PlannedProgram& program : programs) {
        const std::string& host = lab.host_of[program.name];
        const bool is_known = host == lab.network.server || std::ranges::count(lab.network.clients, host) > 0;
        if (!is_known) {
            lab.network.clients.push_back(host);
        }
        lab.network.programs.emplace_back(program.name, host);
    }
}

/// Rules name hosts, so they can be read only now.
void add_rules(labnet::Action action, const char* option, const std::vector<std::string>& texts,
               const std::vector<labnet::Host>& hosts, LabPlan& lab) {
    for (const std::string& text : texts) {
        try {
            labnet::parse_rule(action, text, hosts);
        } catch (const std::invalid_argument& error) {
            throw CLI::ValidationError{option, error.what()};
        }
        lab.rules.emplace_back(action, text);
    }
}

}  // namespace

LabPlan lab_of(const WireTexts& texts, const std::vector<PlannedProgram>& programs) {
    LabPlan lab;
    place(texts, programs, lab);
    lab.link.delay = time_of("--delay", texts.delay);
    lab.link.jitter = time_of("--jitter", texts.jitter);
    lab.link.loss = share_of("--loss", texts.loss);
    lab.link.reorder = share_of("--reorder", texts.reorder);
    lab.link.duplicate = share_of("--duplicate", texts.duplicate);
    lab.link.corrupt = share_of("--corrupt", texts.corrupt);
    lab.link.rate = rate_of(texts.rate);
    lab.link.seed = whole("--seed", texts.seed, lab.link.seed);
    lab.network.mtu = mtu_of(texts.mtu);
    lab.show_retries = texts.show_retries;
    std::vector<labnet::Host> hosts;
    try {
        hosts = labnet::make_hosts(lab.network.server, lab.network.clients);
    } catch (const std::invalid_argument& error) {
        throw CLI::ValidationError{texts.hosts.empty() ? "-s, -c" : "--host",
                                   fmt::format("{}; hosts are called as their programs are", error.what())};
    }
    add_rules(labnet::Action::Drop, "--drop", texts.drop_rules, hosts, lab);
    add_rules(labnet::Action::Hold, "--hold", texts.hold_rules, hosts, lab);
    add_rules(labnet::Action::Delay, "--delay-one", texts.delay_rules, hosts, lab);
    add_rules(labnet::Action::Duplicate, "--duplicate-one", texts.duplicate_rules, hosts, lab);
    add_rules(labnet::Action::Corrupt, "--corrupt-one", texts.corrupt_rules, hosts, lab);
    return lab;
}

void add_wire_options(CLI::App& command, WireTexts& texts) {
    const auto repeatable = [&](const char* name, std::vector<std::string>& place, const char* help, const char* type) {
        command.add_option(name, place, help)
            ->type_name(type)
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    };
    repeatable("--host", texts.hosts, "Put a program on a host, which others may share [each client on its own]",
               "PROGRAM=HOST");
    command.add_option("--delay", texts.delay, "How long every segment is on the wire")->type_name("40ms");
    command.add_option("--jitter", texts.jitter, "By how much that varies, either way")->type_name("5ms");
    command.add_option("--loss", texts.loss, "Share of segments that are lost")->type_name("1%");
    command.add_option("--reorder", texts.reorder, "Share that is overtaken by later ones")->type_name("1%");
    command.add_option("--duplicate", texts.duplicate, "Share that arrives twice")->type_name("1%");
    command.add_option("--corrupt", texts.corrupt, "Share in which a bit is flipped")->type_name("1%");
    command.add_option("--rate", texts.rate, "Bits a second, with a queue of 100 frames")->type_name("1mbit");
    command.add_option("--seed", texts.seed, "Another seed, other chances [1]")->type_name("N");
    command.add_option("--mtu", texts.mtu, "Octets of an IP packet [1500]")->type_name("OCTETS");
    repeatable("--drop", texts.drop_rules, "Lose one segment: 'client SYN 1', 'server data 2-3'", "RULE");
    repeatable("--delay-one", texts.delay_rules, "Delay one: 'client data 2 200ms'", "RULE");
    repeatable("--duplicate-one", texts.duplicate_rules, "Deliver one twice: 'client FIN 1'", "RULE");
    repeatable("--corrupt-one", texts.corrupt_rules, "Flip a bit in one: 'client data 1'", "RULE");
}

}  // namespace sockstep::app
