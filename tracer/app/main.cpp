// tracer/app/main.cpp - sockstep: see every segment of a conversation, and what it means.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <system_error>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/hints.hpp"
#include "capture/filter.hpp"

namespace {

constexpr int failed = 1;
constexpr int usage = 2;

int run(int argc, char** argv) {
    CLI::App app{"See every TCP segment of a conversation, and what it means.", "sockstep"};
    app.set_version_flag("--version", "sockstep " SOCKSTEP_VERSION);
    app.require_subcommand(1);
    int status = 0;
    sockstep::app::add_demo(app, status);
    sockstep::app::add_capture(app, status);
    sockstep::app::add_read(app, status);
    sockstep::app::add_doctor(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);  // --help, --version
        }
        fmt::print(stderr, "sockstep: {} (try: sockstep --help)\n", error.what());
        return usage;
    }
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const sockstep::capture::BadFilter& error) {
        fmt::print(stderr, "sockstep: --filter: {}\n", error.what());
        return usage;
    } catch (const std::system_error& error) {
        fmt::print(stderr, "{}\n", sockstep::app::message_for(error));
        return failed;
    } catch (const std::exception& error) {
        fmt::print(stderr, "sockstep: {}\n", error.what());
        return failed;
    }
}
