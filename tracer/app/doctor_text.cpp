// tracer/app/doctor_text.cpp - the doctor's checks for people and for programs: pure.
#include <fmt/format.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "app/doctor.hpp"
#include "render/style.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t report_width = 80;
constexpr std::size_t name_width = 20;
constexpr std::size_t margin = 6;

/// `text` behind `label`, at most 80 columns wide.
std::string indented(std::string_view label, std::string_view text) {
    std::string lines;
    for (const std::string& line : render::wrapped(text, report_width - margin - label.size())) {
        const std::string before = lines.empty() ? std::string{label} : std::string(label.size(), ' ');
        lines += fmt::format("{:{}}{}{}\n", "", margin, before, line);
    }
    return lines;
}

/// Why, what to do and what to type, of a check that is not allowed.
std::string advice(const Check& check) {
    std::string text = indented("why: ", check.reason + ".");
    if (!check.remedy.empty()) {
        text += indented("do:  ", check.remedy + (check.command.empty() ? "." : ":"));
    }
    if (!check.command.empty()) {
        text += fmt::format("{:{}}{}\n", "", margin + 7, check.command);  // whole, so that it can be copied
    }
    return text;
}

std::string text_of(const Check& check) {
    std::string text =
        fmt::format("  {}  {:{}}{}\n", check.allowed ? "ok" : "no", check.name, name_width, check.purpose);
    if (!check.allowed) {
        return text + advice(check);
    }
    return check.detail.empty() ? text : text + indented("", check.detail);
}

std::string text_of(const Verdict& verdict) {
    constexpr std::size_t label_width = 15;
    const std::string label = fmt::format("  {}  {:9}", verdict.works ? "ok" : "no", verdict.command);
    std::string text;
    for (const std::string& line : render::wrapped(verdict.but, report_width - label_width)) {
        text += fmt::format("{:{}}{}\n", text.empty() ? label : "", label_width, line);
    }
    return verdict.but.empty() ? "  ok  " + verdict.command + "\n" : text;
}

nlohmann::ordered_json json_of(const Check& check) {
    nlohmann::ordered_json line{{"type", "check"}, {"name", check.name}, {"allowed", check.allowed}};
    line["for"] = check.purpose;
    const std::pair<const char*, const std::string&> fields[] = {
        {"detail", check.detail}, {"reason", check.reason}, {"remedy", check.remedy}, {"command", check.command}};
    for (const auto& [name, value] : fields) {
        if (!value.empty()) {
            line[name] = value;
        }
    }
    return line;
}

nlohmann::ordered_json json_of(const Verdict& verdict) {
    nlohmann::ordered_json line{{"type", "command"}, {"name", verdict.command}, {"works", verdict.works}};
    if (!verdict.but.empty()) {
        line["but"] = verdict.but;
    }
    return line;
}

}  // namespace

std::string doctor_text(const std::vector<Check>& checks) {
    std::string text = "What this machine allows:\n\n";
    for (const Check& check : checks) {
        text += text_of(check);
    }
    text += "\nWhat works of sockstep here:\n\n";
    for (const Verdict& verdict : verdicts(checks)) {
        text += text_of(verdict);
    }
    return text;
}

std::string doctor_json(const std::vector<Check>& checks) {
    std::string lines;
    const auto add = [&lines](const nlohmann::ordered_json& line) {
        lines += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    };
    for (const Check& check : checks) {
        add(json_of(check));
    }
    for (const Verdict& verdict : verdicts(checks)) {
        add(json_of(verdict));
    }
    return lines;
}

}  // namespace sockstep::app
