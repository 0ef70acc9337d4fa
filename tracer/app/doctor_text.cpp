// tracer/app/doctor_text.cpp - the doctor's checks for people and for programs: pure.
#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/doctor.hpp"
#include "render/style.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t width = 80;
constexpr std::size_t name_width = 20;
constexpr std::size_t margin = 6;

/// `text` behind `label`, at most 80 columns wide.
std::string indented(std::string_view label, std::string_view text) {
    std::string lines;
    for (const std::string& line : render::wrapped(text, width - margin - label.size())) {
        const std::string before = lines.empty() ? std::string{label} : std::string(label.size(), ' ');
        lines += fmt::format("{:{}}{}{}\n", "", margin, before, line);
    }
    return lines;
}

std::string text_of(const Check& check) {
    std::string text =
        fmt::format("  {}  {:{}}{}\n", check.allowed ? "ok" : "no", check.name, name_width, check.purpose);
    if (!check.allowed) {
        return text + advice(check);
    }
    return check.detail.empty() ? text : text + indented("", check.detail);
}

bool is_allowed(const std::vector<Check>& checks, std::string_view name) {
    return std::ranges::any_of(checks, [name](const Check& check) { return check.name == name && check.allowed; });
}

/// What follows for the commands that this version has.
std::string verdict(const std::vector<Check>& checks) {
    const bool programs = is_allowed(checks, "chat-server") && is_allowed(checks, "chat-client");
    if (is_allowed(checks, "capture")) {
        return programs ? "sockstep capture and sockstep demo work here." : "sockstep capture works here.";
    }
    if (programs && is_allowed(checks, "private-capture")) {
        return "sockstep demo works here, in a private network; sockstep capture does not.";
    }
    return "Of sockstep's commands, those that capture do not work here; sockstep read does.";
}

}  // namespace

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

std::string doctor_text(const std::vector<Check>& checks) {
    std::string text = "What this machine allows:\n\n";
    for (const Check& check : checks) {
        text += text_of(check);
    }
    return text + "\n" + verdict(checks) + "\n";
}

std::string doctor_json(const std::vector<Check>& checks) {
    std::string lines;
    for (const Check& check : checks) {
        nlohmann::ordered_json line{{"type", "check"}, {"name", check.name}, {"allowed", check.allowed}};
        line["for"] = check.purpose;
        const std::pair<const char*, const std::string&> fields[] = {
            {"detail", check.detail}, {"reason", check.reason}, {"remedy", check.remedy}, {"command", check.command}};
        for (const auto& [name, value] : fields) {
            if (!value.empty()) {
                line[name] = value;
            }
        }
        lines += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    }
    return lines;
}

}  // namespace sockstep::app
