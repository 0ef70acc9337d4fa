// tracer/app/main.cpp - sockstep: see every socket call and every segment of a conversation, and what they mean.
#include <signal.h>

#include <exception>
#include <memory>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/help.hpp"
#include "app/hints.hpp"
#include "app/messages.hpp"
#include "app/output.hpp"
#include "capture/filter.hpp"
#include "os/standard_streams.hpp"

namespace {

constexpr int failed = 1;
constexpr int usage = 2;

void print(const std::string& text) {
    sockstep::app::Output output;
    output.write(text);
    output.flush();
}

/// Parses the command line and runs what it asks for. Returns the exit status.
int run(int argc, char** argv) {
    CLI::App app{"See every socket call and every TCP segment of a conversation, and what they mean.", "sockstep"};
    app.formatter(std::make_shared<sockstep::app::HelpFormatter>());
    app.require_subcommand(1);
    int status = 0;
    sockstep::app::add_run(app, status);
    sockstep::app::add_step(app, status);
    sockstep::app::add_demo(app, status);
    sockstep::app::add_capture(app, status);
    sockstep::app::add_read(app, status);
    sockstep::app::add_convert(app, status);
    sockstep::app::add_draw(app, status);
    sockstep::app::add_doctor(app, status);
    const std::string version = "sockstep " SOCKSTEP_VERSION;
    app.set_version_flag("--version", version, "Print the version and exit");
    for (CLI::App* command : app.get_subcommands({})) {
        command->set_version_flag("--version", version, "Print the version and exit");
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        print(app.help());
    } catch (const CLI::CallForVersion&) {
        print(version + "\n");
    } catch (const CLI::ParseError& error) {
        sockstep::app::say(sockstep::app::usage_message(app, error));
        return usage;
    }
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        sockstep::os::occupy_standard_streams();
        ::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of write(2), so that all is put in order
        return run(argc, argv);
    } catch (const sockstep::app::ReaderGone&) {
        sockstep::os::end_by_broken_pipe();
    } catch (const sockstep::capture::BadFilter& error) {
        sockstep::app::say(std::string{"--filter: "} + error.what());
        return usage;
    } catch (const std::system_error& error) {
        sockstep::app::say(sockstep::app::message_for(error));
    } catch (const std::exception& error) {
        sockstep::app::say(error.what());
    }
    return failed;
}
