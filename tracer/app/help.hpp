// tracer/app/help.hpp - what --help looks like.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace sockstep::app {

/// Names on the left, what they mean on the right, all of it within 80 columns. CLI11's own lines are as long as their
/// texts, and name all options that an option excludes.
class HelpFormatter : public CLI::Formatter {
public:
    HelpFormatter();

    std::string make_description(const CLI::App* command) const override;
    std::string make_footer(const CLI::App* command) const override;
    std::string make_usage(const CLI::App* command, std::string name) const override;
    std::string make_option(const CLI::Option* option, bool is_positional) const override;
    std::string make_option_opts(const CLI::Option* option) const override;
    std::string make_option_desc(const CLI::Option* option) const override;
    std::string make_subcommand(const CLI::App* command) const override;
};

/// What is wrong with the command line, in one line. CLI11 looks for what is missing before it looks at what it does
/// not know, and would ask for a file when the fault is a misspelt option.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error);

}  // namespace sockstep::app
