// tracer/labnet/rule.cpp - the grammar of rules, and what they mean.
#include "labnet/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "base/read_duration.hpp"
#include "base/words.hpp"

namespace sockstep::labnet {

namespace {

struct KindName {
    std::string_view name;
    Kind kind;
};

constexpr KindName kind_names[] = {
    {"syn", Kind::Syn}, {"syn-ack", Kind::SynAck}, {"ack", Kind::Ack}, {"data", Kind::Data},
    {"fin", Kind::Fin}, {"rst", Kind::Rst},        {"any", Kind::Any},
};

constexpr base::Duration longest_delay = std::chrono::hours{24};

[[noreturn]] void refuse(Action action, std::string_view text, const std::string& why) {
    const bool delay = action == Action::Delay;
    throw std::invalid_argument{
        fmt::format("\"{}\": {}; a rule is HOST KIND [N or N-M]{}, where HOST sends the segment, KIND is SYN, SYN-ACK, "
                    "ACK, data, FIN, RST"
                    " or any, and N counts the segments of that kind from 1, as in '{}'",
                    text, why, delay ? " TIME" : "", delay ? "server data 2-3 200ms" : "server data 2-3")};
}

std::optional<Kind> kind_of(std::string_view word) {
    std::string lower{word};
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto* found = std::ranges::find(kind_names, lower, &KindName::name);
    return found == std::end(kind_names) ? std::nullopt : std::optional{found->kind};
}

std::optional<std::uint64_t> count_of(std::string_view word) {
    const auto number = base::number_in<std::uint64_t>(word);
    return number.value_or(0) > 0 ? number : std::nullopt;
}

/// "2" or "2-3".
bool read_range(std::string_view word, Rule& rule) {
    const std::size_t hyphen = word.find('-');
    const auto first = count_of(word.substr(0, hyphen));
    const auto last = hyphen == std::string_view::npos ? first : count_of(word.substr(hyphen + 1));
    if (!first || !last || *last < *first) {
        return false;
    }
    rule.first = *first;
    rule.last = *last;
    return true;
}

int host_called(std::string_view word, Action action, std::string_view text, const std::vector<Host>& hosts) {
    const auto found = std::ranges::find(hosts, word, &Host::name);
    if (found != hosts.end()) {
        return found->number;
    }
    std::string names;
    for (const Host& host : hosts) {
        names += (names.empty() ? "" : ", ") + host.name;
    }
    refuse(action, text, fmt::format("there is no host \"{}\" (there are {})", word, names));
}

void add_to(Treatment& treatment, const Rule& rule) {
    switch (rule.action) {
        case Action::Drop:
            treatment.drop = record::DropReason::Rule;
            return;
        case Action::Hold:
            treatment.hold = true;
            return;
        case Action::Delay:
            treatment.delay += rule.delay;
            return;
        case Action::Duplicate:
            treatment.duplicate = true;
            return;
        case Action::Corrupt:
            treatment.corrupt = true;
            return;
    }
}

}  // namespace

bool is_of(const decode::TcpSegment& segment, Kind kind) {
    const decode::TcpFlags flags = segment.flags;
    switch (kind) {
        case Kind::Syn:
            return flags.syn() && !flags.ack();
        case Kind::SynAck:
            return flags.syn() && flags.ack();
        case Kind::Ack:
            return flags.ack() && !flags.syn() && !flags.fin() && !flags.rst() && segment.payload_length == 0;
        case Kind::Data:
            return segment.payload_length > 0;
        case Kind::Fin:
            return flags.fin();
        case Kind::Rst:
            return flags.rst();
        case Kind::Any:
            return true;
    }
    return false;
}

Rule parse_rule(Action action, std::string_view text, const std::vector<Host>& hosts) {
    std::vector<std::string_view> words = base::words_of(text);
    Rule rule;
    rule.action = action;
    if (action == Action::Delay) {
        const auto delay = words.empty() ? std::nullopt : base::read_duration(words.back());
        if (!delay || *delay > longest_delay) {
            refuse(action, text, "it does not end with a time such as 200ms");
        }
        rule.delay = *delay;
        words.pop_back();
    }
    if (words.size() < 2 || words.size() > 3) {
        refuse(action, text, words.size() < 2 ? "something is missing" : "it has too many words");
    }
    rule.host = host_called(words[0], action, text, hosts);
    const auto kind = kind_of(words[1]);
    if (!kind) {
        refuse(action, text, fmt::format("\"{}\" is no kind of segment", words[1]));
    }
    rule.kind = *kind;
    if (words.size() == 3 && !read_range(words[2], rule)) {
        refuse(action, text, fmt::format("\"{}\" is neither a number from 1 nor a range of such", words[2]));
    }
    return rule;
}

Rules::Rules(std::vector<Rule> rules) {
    for (Rule& rule : rules) {
        rules_.push_back({rule, 0});
    }
}

bool Rules::may_hold() const {
    return std::ranges::any_of(rules_, [](const Counted& each) { return each.rule.action == Action::Hold; });
}

void Rules::apply(int host, const decode::TcpSegment& segment, Treatment& treatment) {
    for (Counted& each : rules_) {
        if (each.rule.host != host || !is_of(segment, each.rule.kind)) {
            continue;
        }
        ++each.seen;
        if (each.seen >= each.rule.first && each.seen <= each.rule.last) {
            add_to(treatment, each.rule);
        }
    }
}

}  // namespace sockstep::labnet
