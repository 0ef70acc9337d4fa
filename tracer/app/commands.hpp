// tracer/app/commands.hpp - the subcommands: each declares its options and, once they are parsed, runs.
#pragma once

#include "app/command_line.hpp"

/// app: the programs' outside: options, messages, exit status. Comes in: the command line. Goes out: text on standard
/// output, one line on standard error for what went wrong, and 0 done, 1 failed, 2 usage. Uses everything.
namespace sockstep::app {

/// Each adds its subcommand to `app`; when that was called for, `status` becomes its exit status.
void add_read(CLI::App& app, int& status);
void add_convert(CLI::App& app, int& status);
void add_capture(CLI::App& app, int& status);
void add_draw(CLI::App& app, int& status);
void add_run(CLI::App& app, int& status);
void add_step(CLI::App& app, int& status);
void add_demo(CLI::App& app, int& status);
void add_doctor(CLI::App& app, int& status);

}  // namespace sockstep::app
