// tracer/render/entities.cpp - what must not stand as it is.
#include "render/entities.hpp"

namespace sockstep::render {

std::string with_entities(std::string_view text) {
    std::string result;
    for (const char octet : text) {
        switch (octet) {
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '&':
                result += "&amp;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += octet;
        }
    }
    return result;
}

}  // namespace sockstep::render
