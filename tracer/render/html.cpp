// tracer/render/html.cpp - the page's files with the diagram put in.
#include "render/html.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "render/entities.hpp"
#include "render/page_files.hpp"

namespace sockstep::render {

namespace {

using Json = nlohmann::ordered_json;

double seconds_of(base::Duration duration) {
    return static_cast<double>(duration.count()) / 1e9;
}

std::string_view name_of(ItemKind kind) {
    switch (kind) {
        case ItemKind::Segment:
            return "segment";
        case ItemKind::Call:
            return "call";
        case ItemKind::Output:
            return "output";
        case ItemKind::Process:
            return "process";
        case ItemKind::Frame:
            return "frame";
    }
    return "";
}

void put(Json& json, const char* key, const std::string& text) {
    if (!text.empty()) {
        json[key] = text;
    }
}

void put(Json& json, const char* key, bool value) {
    if (value) {
        json[key] = true;
    }
}

void put(Json& json, const char* key, const std::vector<std::size_t>& values) {
    if (!values.empty()) {
        json[key] = values;
    }
}

Json json_of(const ArrowEnd& end) {
    const char* what = end.what == ArrowEnd::What::Lost ? "lost" : end.what == ArrowEnd::What::Damaged ? "damaged" : "";
    Json json{{"row", end.row}, {"at", seconds_of(end.at)}};
    put(json, "what", std::string{what});
    put(json, "again", end.again);
    return json;
}

Json json_of(const Item& item) {
    Json json{{"kind", name_of(item.kind)}, {"row", item.row}, {"line", item.lifeline}, {"at", seconds_of(item.begin)}};
    if (item.id != 0) {
        json["id"] = item.id;
    }
    if (item.connection != 0) {
        json["connection"] = item.connection;
    }
    if (item.kind == ItemKind::Segment) {
        json["peer"] = item.peer;
        for (const ArrowEnd& end : item.ends) {
            json["ends"].push_back(json_of(end));
        }
    }
    if (item.end_row != item.row) {
        json["endRow"] = item.end_row;
    }
    if (item.end) {
        json["end"] = seconds_of(*item.end);
    }
    put(json, "program", item.program);
    put(json, "text", item.text);
    put(json, "detail", item.detail);
    put(json, "data", item.data);
    put(json, "notes", item.notes);
    put(json, "endText", item.end_text);
    put(json, "slept", item.slept);
    put(json, "says", item.says);
    put(json, "source", item.source);
    put(json, "queues", item.queues);
    put(json, "blocked", item.blocked);
    put(json, "goesOn", item.goes_on);
    put(json, "beganBefore", item.began_before);
    put(json, "alarming", item.alarming);
    put(json, "repeats", item.repeats);
    put(json, "causes", item.causes);
    put(json, "woke", item.woke);
    return json;
}

Json json_of(const Diagram& diagram) {
    Json json{{"title", diagram.title}};
    for (const Lifeline& line : diagram.lifelines) {
        json["lines"].push_back({{"host", line.host},
                                 {"name", line.name},
                                 {"side", line.side == tcp::Side::Client ? "client" : "server"},
                                 {"thread", line.is_thread},
                                 {"tcp", line.has_tcp}});
    }
    for (const Item& item : diagram.items) {
        json["items"].push_back(json_of(item));
    }
    for (const Row& row : diagram.rows) {
        const int what = row.what == Row::What::Begins ? 0 : row.what == Row::What::Ends ? 1 : 2;
        json["rows"].push_back({what, row.item, row.end, seconds_of(row.at)});
    }
    json["states"] = Json::array();
    for (const StateChange& state : diagram.states) {
        json["states"].push_back({state.row, state.lifeline, state.connection, tcp::name(state.state)});
    }
    json["findings"] = Json::array();
    for (std::size_t i = 0; i < diagram.findings.size(); ++i) {
        const findings::Finding& finding = diagram.findings[i];
        json["findings"].push_back({{"id", finding.id},
                                    {"severity", findings::name(finding.severity)},
                                    {"says", finding.says},
                                    {"advice", finding.advice},
                                    {"items", diagram.evidence[i]}});
    }
    return json;
}

/// What an HTML parser would take for the end of a script, or for anything, is written as JSON's own escape.
std::string inside_a_script(std::string_view json) {
    std::string text;
    text.reserve(json.size());
    for (const char octet : json) {
        switch (octet) {
            case '<':
                text += "\\u003c";
                break;
            case '>':
                text += "\\u003e";
                break;
            case '&':
                text += "\\u0026";
                break;
            default:
                text += octet;
        }
    }
    return text;
}

}  // namespace

/// ASCII only, so U+2028 and whatever else a reader may trip over is escaped, too.
std::string page_data(const Diagram& diagram) {
    return inside_a_script(json_of(diagram).dump(-1, ' ', true, Json::error_handler_t::replace));
}

/// Each mark of the page stands there once. What is put in is not looked through again.
std::string html_page(const Diagram& diagram, Theme theme) {
    const std::string title = with_entities(diagram.title.empty() ? "sockstep" : diagram.title);
    const std::string data = page_data(diagram);
    const std::vector<std::pair<std::string_view, std::string_view>> parts{
        {"@THEME@", theme == Theme::Dark    ? "dark"
                    : theme == Theme::Light ? ""
                                            : "light"},
        {"@TITLE@", title},
        {"@STYLE@", page_files::style},
        {"@DATA@", data},
        {"@SCRIPT@", page_files::script}};
    std::string page;
    std::string_view rest = page_files::html;
    for (const auto& [mark, part] : parts) {
        const std::size_t place = rest.find(mark);
        page += rest.substr(0, place);
        page += part;
        rest.remove_prefix(place + mark.size());
    }
    return page += rest;
}

}  // namespace sockstep::render
