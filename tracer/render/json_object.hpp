// tracer/render/json_object.hpp - one JSON object, written field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/timestamp.hpp"
#include "record/call.hpp"
#include "tcp/stream_ranges.hpp"

namespace sockstep::render {

/// Keeps the order of the fields and writes times with exactly nine decimals, which a JSON number type of doubles
/// cannot promise. Strings are escaped by nlohmann::json; octets that are no UTF-8 become U+FFFD.
class JsonObject {
public:
    explicit JsonObject(std::string_view type) { text("type", type); }

    JsonObject& text(std::string_view key, std::string_view value);
    JsonObject& integer(std::string_view key, std::int64_t value);
    JsonObject& integer(std::string_view key, std::uint64_t value);
    template <typename Integer>
    JsonObject& integer(std::string_view key, const std::optional<Integer>& value) {
        return value ? integer(key, static_cast<std::int64_t>(*value)) : *this;
    }
    /// Absent where it is zero: a frame number or an id that is not known.
    JsonObject& number_if_any(std::string_view key, std::uint64_t value) {
        return value == 0 ? *this : integer(key, value);
    }
    /// Absent where it is empty.
    JsonObject& text_if_any(std::string_view key, std::string_view value) {
        return value.empty() ? *this : text(key, value);
    }
    JsonObject& truth(std::string_view key, bool value);
    JsonObject& numbers(std::string_view key, const std::vector<std::uint64_t>& values);
    /// An object of lists.
    JsonObject& ids(std::string_view key,
                    const std::vector<std::pair<std::string_view, std::vector<std::uint64_t>>>& lists);
    /// An object of its own: the arguments by their names.
    JsonObject& values(std::string_view key, const std::vector<record::Argument>& arguments);
    JsonObject& seconds(std::string_view key, base::Duration value);
    JsonObject& range(std::string_view key, tcp::StreamRange value);
    JsonObject& names(std::string_view key, const std::vector<std::string_view>& values);

    /// The object and a newline.
    std::string line() const { return line_ + "}\n"; }

private:
    void key(std::string_view key);
    void list(const std::vector<std::uint64_t>& values);

    std::string line_ = "{";
};

}  // namespace sockstep::render
