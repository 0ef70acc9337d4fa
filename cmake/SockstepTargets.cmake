# cmake/SockstepTargets.cmake - how a module, a program and a test are declared: one line each.

# Everyday defaults: optimised, with the debug information that a backtrace needs (more doubles the time of compiling),
# and assert() on in every build.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
foreach(config RELEASE RELWITHDEBINFO MINSIZEREL)
    string(REGEX REPLACE "[-/]DNDEBUG" "" CMAKE_CXX_FLAGS_${config} "${CMAKE_CXX_FLAGS_${config}}")
    string(REGEX REPLACE "-g( |$)" "-g1 " CMAKE_CXX_FLAGS_${config} "${CMAKE_CXX_FLAGS_${config}}")
endforeach()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

add_library(sockstep_warnings INTERFACE)
target_compile_options(sockstep_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wimplicit-fallthrough -Wredundant-decls
    -Wzero-as-null-pointer-constant $<$<CXX_COMPILER_ID:GNU>:-Wsuggest-override>
    $<$<BOOL:${SOCKSTEP_WERROR}>:-Werror>)

# GCC 12 takes a std::variant that is moved for one that may be uninitialised, where it inlines enough;
# clang-tidy and the sanitizers look for real ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(sockstep_warnings INTERFACE -Wno-maybe-uninitialized)
endif()

# GCC 12 at -O2 joins two 8-byte stores or loads of a struct into one of 16 bytes even where the other side is not joined;
# the processor then waits for the store to drain. Without that, reading a capture is a tenth faster.
add_library(sockstep_code_generation INTERFACE)
target_compile_options(sockstep_code_generation INTERFACE -fno-tree-slp-vectorize)

# What each frame of a capture passes through (HOT, below) is optimised across modules, worth another tenth; all else is
# not, as that doubles the time of compiling. The tests link the same objects without, which is quicker.
add_library(sockstep_whole_program INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_BUILD_TYPE MATCHES Rel AND NOT SOCKSTEP_SANITIZE)
    set(SOCKSTEP_HOT_OPTIONS -flto -ffat-lto-objects)
    target_link_options(sockstep_whole_program INTERFACE -flto=auto)
    set(SOCKSTEP_LINK_PLAINLY -fno-lto)
endif()

# UBSan watches the tracer's code only: in tests it finds nothing, and takes half of their time of compiling.
add_library(sockstep_sanitizers INTERFACE)
if(SOCKSTEP_SANITIZE)
    target_compile_options(sockstep_sanitizers INTERFACE
        -fsanitize=address -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(sockstep_code_generation INTERFACE -fsanitize=undefined -O1 -g1)
    target_link_options(sockstep_sanitizers INTERFACE -fsanitize=address,undefined)
endif()

# sockstep_precompile(NAME header... [LIBRARIES target...]): what many files include, compiled once, for REUSE_FROM. What
# comes from a library needs to be apart: its macros must be the same where it is used.
function(sockstep_precompile name)
    cmake_parse_arguments(PARSE_ARGV 1 headers "" "" "LIBRARIES")
    file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp" "")
    add_library(${name} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
    target_link_libraries(${name} PRIVATE
        sockstep_warnings sockstep_code_generation sockstep_sanitizers ${headers_LIBRARIES})
    target_precompile_headers(${name} PRIVATE ${headers_UNPARSED_ARGUMENTS})
endfunction()

# For the modules of the tracer.
set(SOCKSTEP_STANDARD_HEADERS <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <span>
    <string> <string_view> <utility> <variant> <vector>)
sockstep_precompile(sockstep_headers ${SOCKSTEP_STANDARD_HEADERS})
sockstep_precompile(sockstep_headers_with_fmt ${SOCKSTEP_STANDARD_HEADERS} <fmt/format.h> LIBRARIES fmt::fmt)
if(NOT SOCKSTEP_SANITIZE)
    sockstep_precompile(sockstep_headers_of_commands ${SOCKSTEP_STANDARD_HEADERS} <fmt/format.h> <CLI/CLI.hpp>
        LIBRARIES fmt::fmt CLI11::CLI11)
endif()

# sockstep_module(NAME [PURE] [INTERFACE] SOURCES file... [HOT file...] [COMMANDS file...] USES module...
#                 [LIBRARIES target...])
#
# A module of tracer/: folder tracer/NAME, namespace sockstep::NAME, target sockstep::NAME. USES names the modules
# whose headers it may include; the test architecture.NAME holds it to that. A PURE module touches no kernel, no
# clock and no file. LIBRARIES are from outside the project. INTERFACE: headers only. HOT: sources that each frame of a
# capture passes through. COMMANDS: sources that only the whole program uses; sanitizers watch the tests of modules, so
# these are left out there. A source may be both.
function(sockstep_module name)
    cmake_parse_arguments(PARSE_ARGV 1 module "PURE;INTERFACE" "" "SOURCES;HOT;COMMANDS;USES;LIBRARIES")
    set(sources ${module_SOURCES} ${module_HOT} ${module_COMMANDS})
    list(REMOVE_DUPLICATES sources)
    if(SOCKSTEP_SANITIZE)
        list(REMOVE_ITEM sources ${module_COMMANDS})
    endif()
    if(module_INTERFACE)
        add_library(sockstep_${name} INTERFACE)
        set(scope INTERFACE)
    else()
        add_library(sockstep_${name} STATIC ${sources})
        set_source_files_properties(${module_HOT} PROPERTIES COMPILE_OPTIONS "${SOCKSTEP_HOT_OPTIONS}"
            SKIP_PRECOMPILE_HEADERS ON)
        set(precompiled sockstep_headers)
        if("CLI11::CLI11" IN_LIST module_LIBRARIES AND NOT SOCKSTEP_SANITIZE)
            set(precompiled sockstep_headers_of_commands)
        elseif("fmt::fmt" IN_LIST module_LIBRARIES OR "CLI11::CLI11" IN_LIST module_LIBRARIES)
            set(precompiled sockstep_headers_with_fmt)
        endif()
        target_precompile_headers(sockstep_${name} REUSE_FROM ${precompiled})
        target_link_libraries(sockstep_${name} PRIVATE sockstep_warnings sockstep_code_generation)
        set(scope PUBLIC)
    endif()
    add_library(sockstep::${name} ALIAS sockstep_${name})
    target_include_directories(sockstep_${name} ${scope} "${PROJECT_SOURCE_DIR}/tracer")
    list(TRANSFORM module_USES PREPEND sockstep::)
    target_link_libraries(sockstep_${name} ${scope} ${module_USES} ${module_LIBRARIES} sockstep_sanitizers)

    list(TRANSFORM module_USES REPLACE "^sockstep::" "")
    sockstep_draw_module(${name} "${module_PURE}" ${module_USES})
    if(SOCKSTEP_TESTS)
        list(JOIN module_USES "," uses)
        add_test(NAME architecture.${name} COMMAND ${CMAKE_COMMAND}
            -D "FOLDER=${PROJECT_SOURCE_DIR}/tracer/${name}" -D "USES=${uses}" -D "PURE=${module_PURE}"
            -P "${PROJECT_SOURCE_DIR}/cmake/CheckArchitecture.cmake")
        set_tests_properties(architecture.${name} PROPERTIES LABELS architecture)
    endif()
endfunction()

# sockstep_program(NAME SOURCES file... [LIBRARIES target...])
#
# A program of server/ or client/: plain, unoptimised so that a debugger and the tracer see each line, never with
# sanitizers (LeakSanitizer aborts under ptrace), and using nothing of tracer/.
function(sockstep_program name)
    cmake_parse_arguments(PARSE_ARGV 1 program "" "" "SOURCES;LIBRARIES")
    if(program_LIBRARIES MATCHES "sockstep")
        message(FATAL_ERROR "${name} links ${program_LIBRARIES}: programs of server/ and client/ use nothing of tracer/; "
            "a student's program takes their place.")
    endif()
    add_executable(${name} ${program_SOURCES})
    target_compile_options(${name} PRIVATE -O0 -g)
    target_link_libraries(${name} PRIVATE sockstep_warnings ${program_LIBRARIES} Threads::Threads)
    install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endfunction()

# sockstep_test_program(NAME): tests/programs/NAME.cpp, a program that tests run: target program_NAME, built as those of
# server/ are.
function(sockstep_test_program name)
    add_executable(program_${name} programs/${name}.cpp)
    target_compile_options(program_${name} PRIVATE -O0 -g)
    target_link_libraries(program_${name} PRIVATE sockstep_warnings Threads::Threads)
    set_target_properties(program_${name} PROPERTIES OUTPUT_NAME ${name}
        RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/programs")
endfunction()

# How the tests' own code is compiled: not optimised, because that takes longer than running it; what they test is.
add_library(sockstep_test_code INTERFACE)
target_compile_options(sockstep_test_code INTERFACE -O0 -g1)
target_link_libraries(sockstep_test_code INTERFACE sockstep_warnings sockstep_sanitizers)

# sockstep_test(NAME LABEL unit|system [ALONE] [TIMEOUT seconds] SOURCES file... LIBRARIES target...
#               [DEFINES name=value...])
#
# A GoogleTest program whose cases become ctest cases NAME.Suite.Case; each may take TIMEOUT seconds, otherwise 120.
# ALONE: its cases keep every core busy, so ctest runs nothing beside them. Tests run once and are compiled often: see
# sockstep_test_code.
function(sockstep_test name)
    cmake_parse_arguments(PARSE_ARGV 1 test "ALONE" "LABEL;TIMEOUT" "SOURCES;LIBRARIES;DEFINES")
    if(NOT test_TIMEOUT)
        set(test_TIMEOUT 120)
    endif()
    add_executable(test_${name} ${test_SOURCES})
    target_include_directories(test_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(test_${name} PRIVATE ${test_DEFINES})
    target_link_options(test_${name} PRIVATE ${SOCKSTEP_LINK_PLAINLY})
    target_link_libraries(test_${name} PRIVATE sockstep_test_code ${test_LIBRARIES} GTest::gmock GTest::gtest_main)
    target_precompile_headers(test_${name} REUSE_FROM test_headers)
    set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
        PROPERTIES LABELS ${test_LABEL} TIMEOUT ${test_TIMEOUT} RUN_SERIAL ${test_ALONE})
endfunction()
