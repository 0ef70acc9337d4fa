// tracer/tracefile/record_lines.cpp - JSON, read field by field.
#include "tracefile/record_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tracefile/endpoint_text.hpp"
#include "tracefile/fields.hpp"
#include "tracefile/names.hpp"

namespace sockstep::tracefile {

namespace {

using Json = nlohmann::json;

/// 2200-01-01 00:00 UTC: times before it can be subtracted from each other and added to without care.
constexpr std::int64_t latest = 7'258'118'400'000'000'000;

/// Reads the fields of one record. What is not known is passed over: a later sockstep may say more.
class FieldReader {
public:
    explicit FieldReader(const Json& object) : object_{object} {
        if (!object.is_object()) {
            throw BadRecord{"is no JSON object"};
        }
    }

    template <typename T>
    void needed(std::string_view name, T& value) {
        const auto found = object_.find(name);
        if (found == object_.end()) {
            throw BadRecord{fmt::format("has no field {}", name)};
        }
        name_ = name;
        read(*found, value);
    }
    template <typename T>
    void operator()(std::string_view name, T& value, const T& usual = {}) {
        const auto found = object_.find(name);
        value = usual;
        if (found != object_.end()) {
            name_ = name;
            read(*found, value);
        }
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw BadRecord{fmt::format("field {} is {}", name_, what)};
    }

    void read(const Json& json, bool& value) const {
        if (!json.is_boolean()) {
            refuse("neither true nor false");
        }
        value = json.get<bool>();
    }
    template <std::integral Integer>
    void read(const Json& json, Integer& value) const {
        using Limits = std::numeric_limits<Integer>;
        const bool fits = json.is_number_unsigned()
                              ? std::in_range<Integer>(json.get<std::uint64_t>())
                              : json.is_number_integer() && std::in_range<Integer>(json.get<std::int64_t>());
        if (!fits) {
            refuse(fmt::format("no whole number from {} to {}", Limits::min(), Limits::max()));
        }
        value = json.get<Integer>();
    }
    template <typename Enumeration>
    requires std::is_enum_v<Enumeration>
    void read(const Json& json, Enumeration& value) const {
        const auto& names = Names<Enumeration>::all;
        const auto found =
            json.is_string() ? std::ranges::find(names, json.get_ref<const std::string&>()) : names.end();
        if (found == names.end()) {
            refuse("none of its words");
        }
        value = static_cast<Enumeration>(found - names.begin());
    }
    void read(const Json& json, base::Timestamp& time) const {
        std::int64_t nanoseconds = 0;
        read(json, nanoseconds);
        if (nanoseconds < 0 || nanoseconds > latest) {
            refuse("a time outside the years 1970 to 2200");
        }
        time = base::Timestamp{base::Duration{nanoseconds}};
    }
    void read(const Json& json, std::string& value) const {
        if (json.is_string()) {
            value = json.get_ref<const std::string&>();
            return;
        }
        const auto hex = json.is_object() ? json.find("hex") : json.end();
        const auto octets = json.is_object() && hex != json.end() && hex->is_string()
                                ? octets_of(hex->get_ref<const std::string&>())
                                : std::nullopt;
        if (!octets) {
            refuse("neither text nor octets");
        }
        value = *octets;
    }
    void read(const Json& json, base::Endpoint& value) const {
        const auto endpoint = json.is_string() ? read_endpoint(json.get_ref<const std::string&>()) : std::nullopt;
        if (!endpoint) {
            refuse("no address with a port");
        }
        value = *endpoint;
    }
    void read(const Json& json, std::variant<std::int64_t, std::string>& value) const {
        if (json.is_number()) {
            read(json, value.emplace<std::int64_t>());
        } else {
            read(json, value.emplace<std::string>());
        }
    }
    template <typename T>
    void read(const Json& json, std::optional<T>& value) const {
        read(json, value.emplace());
    }
    template <typename T>
    void read(const Json& json, std::vector<T>& values) const {
        if (!json.is_array()) {
            refuse("no list");
        }
        values.clear();
        for (const Json& each : json) {
            read(each, values.emplace_back());
        }
    }
    template <typename T>
    requires std::is_class_v<T>
    void read(const Json& json, T& value) const {
        FieldReader fields{json};
        visit_fields(fields, value);
    }

    /// "68656c6c6f"
    static std::optional<std::string> octets_of(std::string_view hex) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string octets;
        for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
            const std::size_t high = digits.find(hex[at]);
            const std::size_t low = digits.find(hex[at + 1]);
            if (high == std::string_view::npos || low == std::string_view::npos) {
                return std::nullopt;
            }
            octets += static_cast<char>(high * 16 + low);
        }
        return hex.size() % 2 == 0 ? std::optional{octets} : std::nullopt;
    }

    const Json& object_;
    std::string_view name_;
};

Json parse(std::string_view line) {
    Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) {
        throw BadRecord{"is no JSON"};
    }
    return json;
}

template <typename T>
std::optional<Record> read_if(std::string_view type, FieldReader& fields) {
    if (type != type_name<T>) {
        return std::nullopt;
    }
    T record;
    visit_fields(fields, record);
    return record;
}

std::uint64_t read_order(FieldReader& fields) {
    std::uint64_t order = 0;
    fields.needed("n", order);
    if (order == 0) {
        throw BadRecord{"has number 0: records count from 1"};
    }
    return order;
}

PartLine read_part(FieldReader& fields) {
    std::uint64_t format = 0;
    fields.needed("sockstep", format);
    if (format != version) {
        throw BadRecord{
            fmt::format("is of version {} of the format, and this sockstep reads version {}", format, version)};
    }
    PartLine part;
    fields.needed("run", part.run);
    if (part.run.empty() || part.run.size() > 64) {
        throw BadRecord{"has a field run that names none"};
    }
    return part;
}

}  // namespace

PartLine read_part_line(std::string_view line) {
    const Json json = parse(line);
    FieldReader fields{json};
    return read_part(fields);
}

PartLine read_frame_line(std::string_view line) {
    const Json json = parse(line);
    FieldReader fields{json};
    PartLine part = read_part(fields);
    part.order = read_order(fields);
    visit_fields(fields, part.frame);
    return part;
}

std::variant<About, RunEnd, OrderedRecord> read_line(std::string_view line) {
    const Json json = parse(line);
    FieldReader fields{json};
    std::string type;
    fields.needed("type", type);
    if (type == "about") {
        About about;
        visit_fields(fields, about);
        return about;
    }
    if (type == "end") {
        RunEnd end;
        fields.needed("records", end.records);
        return end;
    }
    const std::uint64_t order = read_order(fields);
    auto record = read_if<record::CallBegin>(type, fields);
    record = record ? std::move(record) : read_if<record::CallEnd>(type, fields);
    record = record ? std::move(record) : read_if<record::Process>(type, fields);
    record = record ? std::move(record) : read_if<record::Output>(type, fields);
    record = record ? std::move(record) : read_if<record::Passage>(type, fields);
    record = record ? std::move(record) : read_if<Shown>(type, fields);
    if (!record) {
        throw BadRecord{"has a type that is not known"};
    }
    return OrderedRecord{order, std::move(*record)};
}

}  // namespace sockstep::tracefile
