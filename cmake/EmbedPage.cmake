# cmake/EmbedPage.cmake - the files of the HTML page as C++ string literals.
#
#   cmake -D OUTPUT=page_files.cpp -D HTML=page.html -D "STYLES=a.css" -D "SCRIPTS=a.js,b.js" -P EmbedPage.cmake
#
# Scripts are joined in their order inside one function, so that they share names with each other and with nobody else.
cmake_minimum_required(VERSION 3.25)

# GCC takes a literal of any length; pieces keep within what the standard promises (65,536 characters).
function(literal result text)
    set(pieces "")
    string(LENGTH "${text}" length)
    set(at 0)
    while(at LESS length)
        string(SUBSTRING "${text}" ${at} 8000 piece)
        string(APPEND pieces "R\"=====(${piece})=====\"\n")
        math(EXPR at "${at} + 8000")
    endwhile()
    set(${result} "${pieces}" PARENT_SCOPE)
endfunction()

function(joined result files)
    string(REPLACE "," ";" files "${files}")
    set(all "")
    foreach(file IN LISTS files)
        file(READ "${file}" text)
        string(APPEND all "${text}")
    endforeach()
    set(${result} "${all}" PARENT_SCOPE)
endfunction()

joined(html "${HTML}")
joined(style "${STYLES}")
joined(script "${SCRIPTS}")
literal(html "${html}")
literal(style "${style}")
literal(script "(function () {\n\"use strict\";\n${script}})();\n")
file(WRITE "${OUTPUT}" "// Made from tracer/render/page/ by cmake/EmbedPage.cmake.
#include \"render/page_files.hpp\"

namespace sockstep::render::page_files {

constexpr std::string_view html_file{${html}};
constexpr std::string_view style_file{${style}};
constexpr std::string_view script_file{${script}};

const std::string_view html = html_file;
const std::string_view style = style_file;
const std::string_view script = script_file;

}  // namespace sockstep::render::page_files
")
