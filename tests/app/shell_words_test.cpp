// tests/app/shell_words_test.cpp - words as a shell would see them; the shell itself is the witness.
#include "app/shell_words.hpp"

#include <gtest/gtest.h>

#include "os/child.hpp"

namespace sockstep::app {
namespace {

using Words = std::vector<std::string>;

Words words(std::string_view command) {
    return std::get<Words>(shell_words(command));
}

/// What /bin/sh makes of it.
Words words_of_the_shell(const std::string& command) {
    os::Child shell{{.path = "/bin/sh", .arguments = {"-c", "printf '%s\\0' " + command}}};
    std::string output;
    while (shell.read_output(output)) {
    }
    Words all;
    for (std::size_t at = 0; at < output.size(); at = output.find('\0', at) + 1) {
        all.emplace_back(output.c_str() + at);
    }
    return all;
}

TEST(ShellWords, AreThoseOfTheShell) {
    for (const char* command :
         {"one", "one two", "  one \t two  ", "'one two' three", "\"one two\"", "one\\ two", "a'b'c\"d\"e\\f", "''",
          "\"\" x", "'a\"b'", "\"a'b\"", R"("a\"b\\c\d")", R"('a\b')", "a\\\nb", "\"a\\\nb\"", "a=b --c='d e'"}) {
        EXPECT_EQ(words(command), words_of_the_shell(command)) << command;
    }
}

TEST(ShellWords, LeaveAloneWhatOnlyAShellKnows) {
    EXPECT_EQ(words("echo $HOME *.txt | cat > file; x &"),
              (Words{"echo", "$HOME", "*.txt", "|", "cat", ">", "file;", "x", "&"}));
}

TEST(ShellWords, AreNoneInAnEmptyCommand) {
    EXPECT_EQ(words(""), Words{});
    EXPECT_EQ(words(" \t\n"), Words{});
}

TEST(ShellWords, SayWhatIsWrong) {
    EXPECT_EQ(std::get<std::string>(shell_words("echo 'a b")), "a ' has no partner");
    EXPECT_EQ(std::get<std::string>(shell_words("echo \"a b")), "a \" has no partner");
    EXPECT_EQ(std::get<std::string>(shell_words("echo \\")), "a \\ stands at the end");
}

}  // namespace
}  // namespace sockstep::app
