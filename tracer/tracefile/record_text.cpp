// tracer/tracefile/record_text.cpp - JSON, written field by field.
#include "tracefile/record_text.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/ip_address.hpp"
#include "tracefile/fields.hpp"
#include "tracefile/names.hpp"
#include "tracefile/utf8.hpp"

namespace sockstep::tracefile {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

void append_hexadecimal(std::string& text, unsigned char octet) {
    text += digits[octet >> 4U];
    text += digits[octet & 0xfU];
}

/// REQUIRES: `value` is UTF-8. Source: RFC 8259 section 7
void append_quoted(std::string& text, std::string_view value) {
    text += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            text += '\\';
            text += c;
        } else if (c == '\n') {
            text += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            text += "\\u00";
            append_hexadecimal(text, static_cast<unsigned char>(c));
        } else {
            text += c;
        }
    }
    text += '"';
}

/// Writes the fields of one record; those with their usual values are left out.
class FieldWriter {
public:
    explicit FieldWriter(std::string& text) : text_{text} {}

    template <typename T>
    void needed(std::string_view name, const T& value) {
        text_ += std::exchange(is_first_, false) ? "\"" : ",\"";
        text_ += name;
        text_ += "\":";
        append(value);
    }
    template <typename T>
    void operator()(std::string_view name, const T& value, const T& usual = {}) {
        if (!(value == usual)) {
            needed(name, value);
        }
    }

private:
    void append(bool value) { text_ += value ? "true" : "false"; }
    template <std::integral Integer>
    void append(Integer value) {
        text_ += std::to_string(value);
    }
    template <typename Enumeration>
    requires std::is_enum_v<Enumeration>
    void append(Enumeration value) {
        append_quoted(text_, Names<Enumeration>::all.at(static_cast<std::size_t>(value)));
    }
    void append(base::Timestamp time) { append(time.time_since_epoch().count()); }
    void append(const std::string& value) {
        if (is_utf8(value)) {
            append_quoted(text_, value);
            return;
        }
        text_ += "{\"hex\":\"";
        for (const char c : value) {
            append_hexadecimal(text_, static_cast<unsigned char>(c));
        }
        text_ += "\"}";
    }
    void append(const base::Endpoint& endpoint) { append_quoted(text_, to_string(endpoint)); }
    void append(const std::variant<std::int64_t, std::string>& value) {
        std::visit([this](const auto& each) { append(each); }, value);
    }
    template <typename T>
    void append(const std::optional<T>& value) {
        append(*value);  // an absent one is the usual one
    }
    template <typename T>
    void append(const std::vector<T>& values) {
        text_ += '[';
        for (const T& value : values) {
            text_ += text_.back() == '[' ? "" : ",";
            append(value);
        }
        text_ += ']';
    }
    template <typename T>
    requires std::is_class_v<T>
    void append(const T& value) {
        text_ += '{';
        FieldWriter fields{text_};
        visit_fields(fields, value);
        text_ += '}';
    }

    std::string& text_;
    bool is_first_ = true;
};

}  // namespace

std::string text_of(std::uint64_t order, const Record& record) {
    std::string text = "{";
    FieldWriter fields{text};
    fields.needed("n", order);
    std::visit(
        [&](const auto& each) {
            fields.needed("type", std::string{type_name<std::decay_t<decltype(each)>>});
            visit_fields(fields, each);
        },
        record);
    return text + "}\n";
}

std::string text_of(const About& about) {
    std::string text = "{";
    FieldWriter fields{text};
    fields.needed("type", std::string{"about"});
    visit_fields(fields, about);
    return text + "}\n";
}

std::string text_of_end(std::uint64_t records) {
    return "{\"type\":\"end\",\"records\":" + std::to_string(records) + "}\n";
}

std::string text_of_part(const std::string& run) {
    return "{\"sockstep\":" + std::to_string(version) + ",\"run\":\"" + run + "\"}\n";
}

std::string text_of_frame(const std::string& run, std::uint64_t order, const record::Frame& frame) {
    std::string text = "{\"sockstep\":" + std::to_string(version) + ",\"run\":\"" + run + "\",";
    FieldWriter fields{text};
    fields.needed("n", order);
    fields.needed("frame", frame.number);
    fields.needed("time", frame.time);
    return text + "}\n";
}

}  // namespace sockstep::tracefile
