// tracer/app/terminal.cpp - isatty, the window's size, and the environment.
#include "app/terminal.hpp"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <string_view>

#include "base/words.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t usual_width = 80;

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::size_t width_of_terminal() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    const std::size_t columns = base::number_in<std::size_t>(environment("COLUMNS")).value_or(0);
    return columns > 0 ? columns : usual_width;
}

bool locale_is_utf8() {
    if (std::setlocale(LC_CTYPE, "") == nullptr) {
        return false;
    }
    return std::string_view{::nl_langinfo(CODESET)} == "UTF-8";
}

}  // namespace

render::Style style_of_standard_output(const StyleOptions& options) {
    render::Style style;
    style.width = std::clamp(options.width.value_or(width_of_terminal()), narrowest, widest);
    style.unicode = !options.ascii && locale_is_utf8();
    style.colour = ::isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
    style.why = options.why;
    return style;
}

}  // namespace sockstep::app
