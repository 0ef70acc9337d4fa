// tracer/os/programs.hpp - where programs are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sockstep::os {

/// The real path of the program that runs now. Throws: std::system_error.
std::string own_executable();

/// The first executable file `name` in the folders of `folders`, which is written as PATH is: "/usr/bin:/bin".
std::optional<std::string> find_in_folders(std::string_view name, std::string_view folders);

/// `name` in the folder of our own program, else in PATH.
std::optional<std::string> find_program(std::string_view name);

}  // namespace sockstep::os
