// tracer/render/style.hpp - what the reader's screen can show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// render: what is known, as text for people and JSON lines for programs. Comes in: segments and connections with their
/// explanations. Goes out: text. Called by app; must not know terminals or files, so the style comes from outside.
namespace sockstep::render {

struct Style {
    std::size_t width = 80;  // columns
    bool unicode = true;     // box-drawing characters; otherwise ASCII
    bool colour = false;     // ANSI colours
    bool why = false;        // the rules behind each sentence, at length
};

enum class Paint { Plain, Dim, Client, Server, Warning, Alarm, Strong };

/// `text` between the codes that colour it, or as it is.
std::string painted(const Style& style, Paint paint, std::string_view text);

/// Breaks `text`, which is ASCII, at spaces into lines of at most `width` columns; a longer word is cut.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// "  --count N               End after N frames": `text` from column `indent` on, also where it takes several lines;
/// below `left` where that is longer. Each line ends with a newline.
std::string beside(std::string left, std::size_t indent, std::string_view text, std::size_t width);

/// The octets as they would stand in a C string, in quotes, cut to `width` columns: "hello\n". What is not printable
/// ASCII is escaped, so nothing that came from outside reaches the terminal as it is.
std::string quoted(std::string_view octets, std::size_t width);

/// The same without quotes, and a quote or a backslash stays as it is: for names and paths.
std::string printable(std::string_view text);

}  // namespace sockstep::render
