// tests/capture/temporary_folder.hpp - a folder that is gone when its test is over.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "capture/capture_builder.hpp"

namespace sockstep::capture::test {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string path = std::filesystem::temp_directory_path() / "sockstep-XXXXXX";
        if (::mkdtemp(path.data()) == nullptr) {
            throw std::runtime_error{"mkdtemp"};
        }
        path_ = path;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::string file(const std::string& name) const { return path_ / name; }

    std::string file(const std::string& name, const Octets& content) const {
        std::ofstream{file(name), std::ios::binary}.write(reinterpret_cast<const char*>(content.data()),
                                                          static_cast<std::streamsize>(content.size()));
        return file(name);
    }

private:
    std::filesystem::path path_;
};

inline Octets content(const std::string& path) {
    std::ifstream stream{path, std::ios::binary};
    return Octets(std::istreambuf_iterator<char>{stream}, {});
}

}  // namespace sockstep::capture::test
