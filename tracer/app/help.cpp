// tracer/app/help.cpp - two columns, and the words for a wrong command line.
#include "app/help.hpp"

#include <fmt/format.h>

#include <vector>

#include "render/style.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t help_width = 80;
constexpr std::size_t left_width = 26;  // with the two spaces before it

std::string entry(const std::string& name, const std::string& meaning) {
    return render::beside("  " + name, left_width, meaning, help_width);
}

}  // namespace

HelpFormatter::HelpFormatter() {
    label("Positionals", "Arguments");
    label("Subcommands", "Commands");
}

std::string HelpFormatter::make_description(const CLI::App* command) const {
    std::string text;
    for (const std::string& line : render::wrapped(command->get_description(), help_width)) {
        text += line + "\n";
    }
    return text;
}

std::string HelpFormatter::make_footer(const CLI::App* command) const {
    std::string text;
    for (const std::string& line : render::wrapped(command->get_footer(), help_width)) {
        text += (text.empty() ? "\n" : "") + line + "\n";
    }
    return text;
}

std::string HelpFormatter::make_usage(const CLI::App* command, std::string name) const {
    std::string usage = "Usage: " + name;
    for (const CLI::Option* option : command->get_options()) {
        if (option->get_required() && option->nonpositional()) {
            usage += " " + option->get_name() + " " + option->get_type_name();
        }
    }
    usage += " [OPTIONS]";
    for (const CLI::Option* option : command->get_options()) {
        if (option->get_positional() && !option->get_name().empty()) {  // without a group there is no help for it
            usage += option->get_required() ? " " + option->get_name() : " [-- " + option->get_name() + " ...]";
        }
    }
    return usage + (command->get_require_subcommand_min() > 0 ? " COMMAND ...\n" : "\n");
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
    return entry(make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option));
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
    const bool takes_a_value = option->get_type_size() > 0 && option->nonpositional();
    return takes_a_value ? " " + option->get_type_name() : "";
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
    const bool must_be_given = option->get_required() && option->nonpositional();
    return option->get_description() + (must_be_given ? " (required)" : "");
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
    return entry(command->get_name(), command->get_description());
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
    const std::vector<CLI::App*> commands = app.get_subcommands();
    std::vector<std::string> unknown = app.remaining(true);
    std::erase(unknown, "--");
    std::string what = error.what();
    if (!unknown.empty() && unknown.front().starts_with("-")) {
        what = "there is no option " + unknown.front();
    } else if (!app.remaining(false).empty()) {
        what = "there is no command " + unknown.front();
    } else if (!unknown.empty()) {
        what = "one argument too many: " + unknown.front();
    } else if (commands.empty()) {
        what = "which command?";
    }
    return fmt::format("{} (try: sockstep {}--help)", what, commands.empty() ? "" : commands.front()->get_name() + " ");
}

}  // namespace sockstep::app
