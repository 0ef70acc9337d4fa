# tests/architecture/ExpectVerdict.cmake - runs a check of the architecture on a fixture and compares what it says.
#
#   cmake -D CHECK=script -D ARGUMENTS=a,b -D SAYS=regex -P ExpectVerdict.cmake
#
# The check must fail and say SAYS; or, if SAYS is empty, succeed.
cmake_minimum_required(VERSION 3.25)

string(REPLACE "," ";" definitions "${ARGUMENTS}")
list(TRANSFORM definitions REPLACE "\\+" ",")
list(TRANSFORM definitions PREPEND "-D")
execute_process(COMMAND "${CMAKE_COMMAND}" ${definitions} -P "${CHECK}"
    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)

if(SAYS STREQUAL "" AND NOT status EQUAL 0)
    message(FATAL_ERROR "The check refuses what breaks no rule:\n${said}")
elseif(NOT SAYS STREQUAL "" AND status EQUAL 0)
    message(FATAL_ERROR "The check lets this pass, and should say: ${SAYS}")
elseif(NOT said MATCHES "${SAYS}")
    message(FATAL_ERROR "The check should say: ${SAYS}\nand said:\n${said}")
endif()
