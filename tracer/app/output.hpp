// tracer/app/output.hpp - standard output, written in large pieces and never lost silently.
#pragma once

#include <string>
#include <string_view>

namespace sockstep::app {

/// Collects text and writes it to standard output.
class Output {
public:
    /// Writes what has come together, if it is much. Throws: std::system_error when it cannot be written.
    void write(std::string_view text);

    /// Writes all of it, so that a pipe's reader sees it now. Throws: as write().
    void flush();

private:
    std::string waiting_;
};

}  // namespace sockstep::app
