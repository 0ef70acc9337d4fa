// tracer/app/lines.cpp - read whole, then cut.
#include "app/lines.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "os/fd.hpp"
#include "os/file.hpp"

namespace sockstep::app {

namespace {

std::string content_of(const std::string& path) {
    const os::Fd file = os::open_to_read(path);
    std::string content;
    std::array<std::uint8_t, 65'536> part{};
    while (const auto count = os::read_some(file, part, path)) {
        if (*count == 0) {
            break;
        }
        content.append(reinterpret_cast<const char*>(part.data()), *count);
    }
    return content;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<std::string> lines_of_file(const std::string& path) {
    return lines_of(content_of(path));
}

}  // namespace sockstep::app
