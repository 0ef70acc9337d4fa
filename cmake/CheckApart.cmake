# cmake/CheckApart.cmake - the programs of server/ and client/ include nothing of tracer/.
#
#   cmake -D FOLDER=server -D TRACER=tracer -P CheckApart.cmake
#
# Fails with every line that breaks the rule, and says why the rule is there.
cmake_minimum_required(VERSION 3.25)

file(GLOB modules RELATIVE "${TRACER}" "${TRACER}/*")
file(GLOB_RECURSE files "${FOLDER}/*.hpp" "${FOLDER}/*.cpp")
if(NOT files OR NOT modules)
    message(FATAL_ERROR "${FOLDER} or ${TRACER}: no source files; are the folders right?")
endif()

set(problems "")
foreach(file IN LISTS files)
    file(STRINGS "${file}" includes REGEX "^[ \t]*#[ \t]*include")
    foreach(line IN LISTS includes)
        string(REGEX REPLACE "^[^\"<]*[\"<]([^\">]*).*$" "\\1" header "${line}")
        string(REGEX REPLACE "/.*$" "" first "${header}")
        if(first IN_LIST modules OR header MATCHES "(^|/)tracer/")
            string(APPEND problems "  ${file}: includes \"${header}\"\n")
        endif()
    endforeach()
endforeach()

if(problems)
    message(FATAL_ERROR "The architecture does not allow this:\n${problems}"
        "      Programs use nothing of tracer/: a student's own program, in any language, takes their place, and what the\n"
        "      tracer shows of them must not depend on code they share. Write the few lines again, plainly.\n")
endif()
