// tracer/app/doctor_command.cpp - sockstep doctor on the command line.
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/doctor.hpp"
#include "app/output.hpp"

namespace sockstep::app {

void add_doctor(CLI::App& app, int& status) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("doctor", doctor_help);
    command->add_flag("--json", *json, "Print JSON lines, one check or command a line");
    command->callback([json, &status] {
        std::ostringstream text;
        status = doctor(text, *json);
        Output output;
        output.write(text.str());
        output.flush();
    });
}

}  // namespace sockstep::app
