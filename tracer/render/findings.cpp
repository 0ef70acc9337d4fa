// tracer/render/findings.cpp - findings as paragraphs and as JSON.
#include "render/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "render/json_object.hpp"

namespace sockstep::render {

namespace {

constexpr std::size_t most_named = 8;

Paint paint_of(findings::Severity severity) {
    switch (severity) {
        case findings::Severity::Error:
            return Paint::Alarm;
        case findings::Severity::Warning:
            return Paint::Warning;
        case findings::Severity::Note:
            return Paint::Strong;
    }
    return Paint::Plain;
}

/// "calls 4, 9", "#7", "calls 1, 2 and 30 more".
std::string list_of(std::string_view what, std::string_view several, std::string_view mark,
                    const std::vector<std::uint64_t>& ids) {
    std::string text{ids.size() == 1 ? what : several};
    const std::size_t named = std::min(ids.size(), most_named);
    for (std::size_t i = 0; i < named; ++i) {
        text += fmt::format("{} {}{}", i == 0 ? "" : ",", mark, ids[i]);
    }
    return text + (named < ids.size() ? fmt::format(" and {} more", ids.size() - named) : "");
}

std::string evidence_of(const findings::Finding& finding) {
    std::string text;
    if (!finding.calls.empty()) {
        text = list_of("call", "calls", "", finding.calls);
    }
    if (!finding.segments.empty()) {
        text += text.empty() ? "" : "; ";
        text += list_of("segment", "segments", "#", finding.segments);
    }
    return text;
}

std::string paragraph(const std::string& text, const Style& style) {
    std::string lines;
    for (const std::string& line : wrapped(printable(text), std::max<std::size_t>(style.width, 40) - 2)) {
        lines += "  " + line + "\n";
    }
    return lines;
}

}  // namespace

std::string findings_text(const std::vector<findings::Finding>& all, const Style& style) {
    std::string text;
    for (const findings::Finding& finding : all) {
        text += fmt::format("\n{} {}\n",
                            painted(style, paint_of(finding.severity), fmt::format("{}:", name(finding.severity))),
                            painted(style, Paint::Strong, finding.id));
        text += paragraph(finding.says, style);
        text += paragraph(finding.advice, style);
        text += paragraph(fmt::format("Shown by {}.", evidence_of(finding)), style);
    }
    return text;
}

std::string json_finding(const findings::Finding& finding) {
    return JsonObject{"finding"}
        .text("id", finding.id)
        .text("severity", name(finding.severity))
        .ids("evidence", {{"calls", finding.calls}, {"segments", finding.segments}})
        .text("says", finding.says)
        .text("advice", finding.advice)
        .line();
}

}  // namespace sockstep::render
