// tracer/app/output.hpp - standard output, written in large pieces and never lost silently.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "os/fd.hpp"

namespace sockstep::app {

/// Nobody reads our standard output any more ("sockstep ... | head"). No failure: there is nothing left to do.
/// REQUIRES, to be thrown at all: that SIGPIPE is ignored.
class ReaderGone : public std::exception {
public:
    const char* what() const noexcept override { return "nobody reads standard output any more"; }
};

/// Collects text and writes it to standard output, or to a file.
class Output {
public:
    Output() = default;
    /// `path` names `file` in messages.
    Output(os::Fd file, std::string path) : file_{std::move(file)}, path_{std::move(path)} {}

    /// Writes what has come together, if it is much. Throws: std::system_error when it cannot be written, ReaderGone.
    void write(std::string_view text);

    /// Writes all of it, so that a pipe's reader sees it now. Throws: as write().
    void flush();

private:
    [[noreturn]] void fail();

    os::Fd file_;  // none: standard output
    std::string path_;
    std::string waiting_;
};

}  // namespace sockstep::app
