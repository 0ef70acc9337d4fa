// tracer/app/commands.hpp - the subcommands: each declares its options and, once they are parsed, runs.
#pragma once

#include <CLI/CLI.hpp>

/// app: the programs' outside: options, messages, exit status. Comes in: the command line. Goes out: text on standard
/// output, one line on standard error for what went wrong, and 0 done, 1 failed, 2 usage. Uses everything.
namespace sockstep::app {

/// Thrown where a command line is well formed, but asks for what cannot be: exit status 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Each adds its subcommand to `app`; when that was called for, `status` becomes its exit status.
void add_read(CLI::App& app, int& status);
void add_capture(CLI::App& app, int& status);

}  // namespace sockstep::app
