// tracer/os/reserved_file.hpp - a file that is to be written later, if all goes well.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "os/fd.hpp"

namespace sockstep::os {

/// Can be written, and is left as it was until then: what an older file holds stays, and a new one that was never
/// written goes.
class ReservedFile {
public:
    /// Throws: std::system_error naming `path`.
    explicit ReservedFile(std::string path);
    ReservedFile(ReservedFile&&) noexcept = default;
    ReservedFile& operator=(ReservedFile&&) = delete;
    ~ReservedFile();

    const std::string& path() const { return path_; }

    /// In the place of all that it held. Throws: std::system_error naming the path.
    void write(base::Bytes bytes);

private:
    std::string path_;
    Fd fd_;
    bool is_new_ = false;
};

}  // namespace sockstep::os
