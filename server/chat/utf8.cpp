// server/chat/utf8.cpp - the table of well-formed UTF-8 as code.
#include "chat/utf8.hpp"

namespace chat {

namespace {
constexpr char32_t replacement = U'\uFFFD';
}

std::u32string Utf8Decoder::add(std::string_view bytes) {
    std::u32string out;
    for (const char byte : bytes) {
        add(static_cast<unsigned char>(byte), out);
    }
    return out;
}

std::u32string Utf8Decoder::finish() {
    if (missing_ == 0) {
        return {};
    }
    missing_ = 0;
    return {replacement};
}

void Utf8Decoder::add(unsigned char byte, std::u32string& out) {
    if (missing_ == 0) {
        begin(byte, out);
        return;
    }
    const bool continues = lowest_ <= byte && byte <= highest_;
    lowest_ = 0x80;
    highest_ = 0xBF;
    if (!continues) {  // the character is cut short, and this byte begins something new
        missing_ = 0;
        out += replacement;
        begin(byte, out);
        return;
    }
    code_point_ = code_point_ << 6U | (byte & 0x3FU);
    if (--missing_ == 0) {
        out += code_point_;
    }
}

void Utf8Decoder::begin(unsigned char byte, std::u32string& out) {
    if (byte <= 0x7F) {
        out += static_cast<char32_t>(byte);
    } else if (0xC2 <= byte && byte <= 0xDF) {
        missing_ = 1;
        code_point_ = byte & 0x1FU;
    } else if (0xE0 <= byte && byte <= 0xEF) {
        missing_ = 2;
        code_point_ = byte & 0x0FU;
        lowest_ = byte == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
        highest_ = byte == 0xED ? 0x9F : 0xBF;  // no surrogates
    } else if (0xF0 <= byte && byte <= 0xF4) {
        missing_ = 3;
        code_point_ = byte & 0x07U;
        lowest_ = byte == 0xF0 ? 0x90 : 0x80;   // no overlong forms
        highest_ = byte == 0xF4 ? 0x8F : 0xBF;  // nothing above U+10FFFF
    } else {
        out += replacement;  // a continuation byte without a beginning, C0, C1, F5 to FF
    }
}

std::string encode_utf8(std::u32string_view code_points) {
    std::string out;
    const auto put = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    for (const char32_t c : code_points) {
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xC0U | c >> 6U);
            put(0x80U | (c & 0x3FU));
        } else if (c < 0x10000) {
            put(0xE0U | c >> 12U);
            put(0x80U | (c >> 6U & 0x3FU));
            put(0x80U | (c & 0x3FU));
        } else {
            put(0xF0U | c >> 18U);
            put(0x80U | (c >> 12U & 0x3FU));
            put(0x80U | (c >> 6U & 0x3FU));
            put(0x80U | (c & 0x3FU));
        }
    }
    return out;
}

}  // namespace chat
