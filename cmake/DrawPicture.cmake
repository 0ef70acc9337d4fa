# cmake/DrawPicture.cmake - runs sockstep and fails unless it has drawn FILE.
#
#   cmake -D FILE=picture.svg -D "ARGUMENTS=sockstep|run|..." -P DrawPicture.cmake
cmake_minimum_required(VERSION 3.25)

string(REPLACE "|" ";" command "${ARGUMENTS}")
get_filename_component(folder "${FILE}" DIRECTORY)
file(MAKE_DIRECTORY "${folder}")
file(REMOVE "${FILE}")
execute_process(COMMAND ${command} --draw "${FILE}" OUTPUT_QUIET ERROR_VARIABLE errors)
file(SIZE "${FILE}" size)
if(size EQUAL 0)
    message(FATAL_ERROR "${FILE} was not drawn: ${errors}")
endif()
