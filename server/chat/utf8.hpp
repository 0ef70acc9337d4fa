// server/chat/utf8.hpp - bytes to code points and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chat {

/// Decodes UTF-8 that arrives in pieces of any size. What is not UTF-8 becomes U+FFFD, one for each longest part that
/// could have begun a character, so that whatever comes in, what goes out is valid.
/// Source: Unicode 15 section 3.9, "Substitution of Maximal Subparts"; WHATWG Encoding section 8.1.1.
class Utf8Decoder {
public:
    /// The code points that `bytes` completes; an unfinished character at the end waits for the next call.
    std::u32string add(std::string_view bytes);
    /// No more will come: an unfinished character becomes U+FFFD.
    std::u32string finish();

private:
    void add(unsigned char byte, std::u32string& out);
    void begin(unsigned char byte, std::u32string& out);

    char32_t code_point_ = 0;
    int missing_ = 0;              // continuation bytes that must still come
    unsigned char lowest_ = 0x80;  // the range of the next one: narrower after E0, ED, F0 and F4
    unsigned char highest_ = 0xBF;
};

/// REQUIRES: each code point is a Unicode scalar value, as those of Utf8Decoder are.
std::string encode_utf8(std::u32string_view code_points);

}  // namespace chat
