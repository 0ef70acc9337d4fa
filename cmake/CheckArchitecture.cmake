# cmake/CheckArchitecture.cmake - holds one module's includes against its USES line.
#
#   cmake -D FOLDER=tracer/tcp -D USES=base,decode -D PURE=TRUE -P CheckArchitecture.cmake
#
# Fails with every line that breaks the rule, and says why the rule is there.
cmake_minimum_required(VERSION 3.25)

string(REPLACE "," ";" allowed "${USES}")
get_filename_component(module "${FOLDER}" NAME)
list(APPEND allowed "${module}")

# What a PURE module must not include: headers that reach the kernel, a clock, a file, chance, or another thread.
set(impure_headers
    "^(sys|linux|net|netinet|arpa|asm)/|^(unistd|fcntl|poll|signal|pthread|sched|spawn|dirent|netdb|errno|time|pcap|zlib)\\.h$|^pcap/|^(fstream|iostream|filesystem|thread|mutex|future|random|condition_variable|csignal|ctime|cerrno)$")
# Headers that only some modules may include. ptrace belongs to 'calls', which traces programs; 'os' may only ask whether
# this machine allows it (os/probes.cpp).
set(owner_of_pcap capture)
set(owner_of_ptrace calls os)

set(problems "")
file(GLOB_RECURSE files "${FOLDER}/*.hpp" "${FOLDER}/*.cpp")
if(NOT files)
    message(FATAL_ERROR "${FOLDER}: no source files; is the FOLDER right?")
endif()
foreach(file IN LISTS files)
    file(STRINGS "${file}" lines)
    foreach(line IN LISTS lines)
        if(line MATCHES "^[ \t]*#[ \t]*include[ \t]*\"([^\"/]+)/([^\"]+)\"")
            set(used "${CMAKE_MATCH_1}")
            if(NOT used IN_LIST allowed)
                string(APPEND problems
                    "  ${file}: includes \"${used}/${CMAKE_MATCH_2}\"\n"
                    "      module '${module}' may use: ${USES}. If it must know '${used}', add it to its USES line in"
                    " tracer/CMakeLists.txt, and make sure that '${used}' does not lead back to '${module}';"
                    " otherwise pass the value in from the caller.\n")
            endif()
        elseif(line MATCHES "^[ \t]*#[ \t]*include[ \t]*\"([^\"/]+)\"")
            string(APPEND problems
                "  ${file}: includes \"${CMAKE_MATCH_1}\"\n"
                "      write \"module/file.hpp\", so that the layer shows.\n")
        elseif(line MATCHES "^[ \t]*#[ \t]*include[ \t]*<([^>]+)>")
            set(header "${CMAKE_MATCH_1}")
            if(PURE AND header MATCHES "${impure_headers}")
                string(APPEND problems
                    "  ${file}: includes <${header}>\n"
                    "      '${module}' is PURE: values in, values out, so that a test can replay it. Read the kernel, the"
                    " clock or the file in 'os', 'capture' or 'app', and pass the value in.\n")
            endif()
            if(header MATCHES "^pcap(/|\\.h)" AND NOT module STREQUAL owner_of_pcap)
                string(APPEND problems "  ${file}: includes <${header}>\n      only '${owner_of_pcap}' speaks to libpcap.\n")
            endif()
            if(header STREQUAL "sys/ptrace.h" AND NOT module IN_LIST owner_of_ptrace)
                string(APPEND problems "  ${file}: includes <${header}>\n      only 'calls' speaks to ptrace; 'os' asks whether it may.\n")
            endif()
        elseif(PURE AND line MATCHES "_clock::now\\(")
            string(APPEND problems "  ${file}: ${line}\n      '${module}' is PURE: it does not read the clock; times come from outside.\n")
        endif()
    endforeach()
endforeach()

if(problems)
    message(FATAL_ERROR "The architecture does not allow this:\n${problems}")
endif()
