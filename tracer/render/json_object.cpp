// tracer/render/json_object.cpp - fields as JSON text.
#include "render/json_object.hpp"

#include <variant>

#include <nlohmann/json.hpp>

namespace sockstep::render {

namespace {

std::string quoted_json(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void JsonObject::key(std::string_view key) {
    if (line_.size() > 1) {
        line_ += ',';
    }
    line_ += '"';
    line_ += key;
    line_ += "\":";
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
    key(name);
    line_ += quoted_json(value);
    return *this;
}

JsonObject& JsonObject::integer(std::string_view name, std::int64_t value) {
    key(name);
    line_ += std::to_string(value);
    return *this;
}

JsonObject& JsonObject::integer(std::string_view name, std::uint64_t value) {
    key(name);
    line_ += std::to_string(value);
    return *this;
}

JsonObject& JsonObject::truth(std::string_view name, bool value) {
    key(name);
    line_ += value ? "true" : "false";
    return *this;
}

JsonObject& JsonObject::numbers(std::string_view name, const std::vector<std::uint64_t>& values) {
    key(name);
    list(values);
    return *this;
}

void JsonObject::list(const std::vector<std::uint64_t>& values) {
    line_ += '[';
    for (const std::uint64_t value : values) {
        line_ += (line_.back() == '[' ? "" : ",") + std::to_string(value);
    }
    line_ += ']';
}

JsonObject& JsonObject::ids(std::string_view name,
                            const std::vector<std::pair<std::string_view, std::vector<std::uint64_t>>>& lists) {
    key(name);
    line_ += '{';
    for (const auto& [what, values] : lists) {
        line_ += (line_.back() == '{' ? "" : ",") + quoted_json(what) + ":";
        list(values);
    }
    line_ += '}';
    return *this;
}

JsonObject& JsonObject::values(std::string_view name, const std::vector<record::Argument>& arguments) {
    key(name);
    line_ += '{';
    for (const record::Argument& argument : arguments) {
        line_ += line_.back() == '{' ? "" : ",";
        line_ += quoted_json(argument.name) + ":";
        const auto* text = std::get_if<std::string>(&argument.value);
        line_ += text != nullptr ? quoted_json(*text) : std::to_string(std::get<std::int64_t>(argument.value));
    }
    line_ += '}';
    return *this;
}

JsonObject& JsonObject::seconds(std::string_view name, base::Duration value) {
    key(name);
    line_ += base::seconds(value, 9);
    return *this;
}

JsonObject& JsonObject::range(std::string_view name, tcp::StreamRange value) {
    key(name);
    line_ += "[" + std::to_string(value.from) + "," + std::to_string(value.to) + "]";
    return *this;
}

JsonObject& JsonObject::names(std::string_view name, const std::vector<std::string_view>& values) {
    key(name);
    line_ += '[';
    for (const std::string_view value : values) {
        line_ += line_.back() == '[' ? "" : ",";
        line_ += quoted_json(value);
    }
    line_ += ']';
    return *this;
}

}  // namespace sockstep::render
