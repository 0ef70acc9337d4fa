// tracer/os/programs.cpp - /proc/self/exe and PATH.
#include "os/programs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace sockstep::os {

namespace {

bool is_executable_file(const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string own_executable() {
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

std::optional<std::string> find_in_folders(std::string_view name, std::string_view folders) {
    for (;;) {
        const std::size_t colon = std::min(folders.find(':'), folders.size());
        const std::string_view folder = folders.substr(0, colon);
        // An empty entry means the present folder. Source: environ(7)
        const std::string path = std::string{folder.empty() ? "." : folder} + "/" + std::string{name};
        if (is_executable_file(path)) {
            return path;
        }
        if (colon == folders.size()) {
            return std::nullopt;
        }
        folders.remove_prefix(colon + 1);
    }
}

std::optional<std::string> find_program(std::string_view name) {
    const std::string beside_us = std::filesystem::path{own_executable()}.parent_path().string();
    if (auto found = find_in_folders(name, beside_us)) {
        return found;
    }
    const char* path = std::getenv("PATH");
    return path == nullptr ? std::nullopt : find_in_folders(name, path);
}

}  // namespace sockstep::os
