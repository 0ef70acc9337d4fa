// tests/app/draw_test.cpp - sockstep draw and --draw: what each ending becomes, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/cli.hpp"
#include "app/sample.hpp"
#include "capture/temporary_folder.hpp"
#include "os/programs.hpp"
#include "require_system.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

#define REQUIRE_GRAPHVIZ() REQUIRE_SYSTEM(os::find_program("neato"), "neato is missing; type: apt-get install graphviz")

std::string content(const std::string& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

class Draw : public ::testing::Test {
protected:
    std::string path(const std::string& name) const {
        return (std::filesystem::path{file_}.parent_path() / name).string();
    }
    /// What `sockstep draw sample.pcap -o NAME OPTIONS` has drawn.
    std::string drawn(const std::string& name, const std::vector<std::string>& options = {}) const {
        std::vector<std::string> arguments{"draw", file_, "-o", path(name)};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const Outcome outcome = run(arguments, {.environment = {std::string{"PATH="} + std::getenv("PATH")}});
        EXPECT_EQ(outcome.status, 0);
        EXPECT_EQ(outcome.err, "");
        EXPECT_EQ(outcome.out, "");
        return content(path(name));
    }

    capture::test::TemporaryFolder folder_;
    std::string file_ = folder_.file("sample.pcap", sample_pcap());
};

/// Its elements are nested and closed.
bool is_well_formed(const std::string& xml) {
    std::vector<std::string> open;
    for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
        const bool is_comment = xml.compare(at, 4, "<!--") == 0;
        const std::size_t end = xml.find(is_comment ? "-->" : ">", at);
        if (end == std::string::npos) {
            return false;
        }
        const std::string tag = xml.substr(at + 1, end - at - 1);
        if (is_comment || tag.front() == '!' || tag.front() == '?') {
            at = end;
        } else if (tag.front() == '/') {
            if (open.empty() || open.back() != tag.substr(1)) {
                return false;
            }
            open.pop_back();
        } else if (tag.back() != '/') {
            open.push_back(tag.substr(0, tag.find_first_of(" \n")));
        }
    }
    return open.empty();
}

TEST_F(Draw, MakesAnSvgWhoseTextIsText) {
    REQUIRE_GRAPHVIZ();
    const std::string svg = drawn("a.svg", {"--title", "<script>alert(1)</script> & \\N"});
    EXPECT_TRUE(is_well_formed(svg));
    EXPECT_THAT(svg, HasSubstr("#1 SYN</text>"));
    EXPECT_THAT(svg, HasSubstr("&lt;script&gt;"));
    EXPECT_THAT(svg, HasSubstr("ESTABLISHED</text>"));
}

TEST_F(Draw, MakesAPng) {
    REQUIRE_GRAPHVIZ();
    EXPECT_THAT(drawn("a.png"), StartsWith("\x89PNG\r\n\x1a\n"));
}

TEST_F(Draw, NeedsNothingForDotPagesAndText) {
    EXPECT_THAT(drawn("a.dot"), StartsWith("// Drawn by: neato -n2"));
    EXPECT_THAT(drawn("a.html"), StartsWith("<!DOCTYPE html>"));
    EXPECT_THAT(drawn("a.txt"), HasSubstr("#1 SYN  seq 0"));
}

TEST_F(Draw, DrawsWhatIsChosen) {
    EXPECT_THAT(drawn("a.dot", {"--connection", "2"}), Not(HasSubstr("hello")));
    EXPECT_THAT(drawn("a.dot", {"--from", "#5", "--to", "#5"}), Not(HasSubstr("#4 SYN")));
    EXPECT_THAT(drawn("a.dot", {"--from", "#1", "--to", "#3"}), Not(HasSubstr("#4 SYN")));
    const Outcome none = run({"draw", file_, "-o", path("a.dot"), "--only", "calls"});
    EXPECT_EQ(none.status, 1);
    EXPECT_THAT(none.err, HasSubstr("nothing of what was asked for happened"));
}

TEST_F(Draw, RefusesInOneLineWhatMakesNoSense) {
    const std::vector<std::vector<std::string>> senseless{{"-o", path("a.jpg")},
                                                          {"-o", ".svg"},
                                                          {"-o", path("a.svg"), "--theme", "pink"},
                                                          {"-o", path("a.svg"), "--from", "soon"},
                                                          {"-o", path("a.svg"), "--to", "#x"}};
    for (std::vector<std::string> arguments : senseless) {
        arguments.insert(arguments.begin(), {"draw", file_});
        const Outcome outcome = run(arguments);
        EXPECT_EQ(outcome.status, 2) << arguments.back();
        EXPECT_EQ(lines(outcome.err).size(), 1U) << outcome.err;
    }
}

TEST_F(Draw, SaysInOneLineWhatCannotBeDone) {
    const std::vector<std::vector<std::string>> impossible{{file_, "-o", path("none/a.dot")},
                                                           {path("none.pcap"), "-o", path("a.dot")},
                                                           {file_, "-o", path("a.dot"), "--connection", "3"},
                                                           {file_, "-o", path("a.dot"), "--from", "#99"}};
    for (std::vector<std::string> arguments : impossible) {
        arguments.insert(arguments.begin(), "draw");
        const Outcome outcome = run(arguments);
        EXPECT_EQ(outcome.status, 1) << arguments.back();
        EXPECT_EQ(lines(outcome.err).size(), 1U) << outcome.err;
    }
}

TEST_F(Draw, LeavesAnOlderPictureAndMakesNoneWhereNothingCanBeDrawn) {
    ASSERT_EQ(run({"draw", file_, "-o", path("old.dot")}).status, 0);
    const std::string drawn = content(path("old.dot"));
    ASSERT_FALSE(drawn.empty());
    for (const char* name : {"old.dot", "new.dot"}) {
        EXPECT_EQ(run({"draw", file_, "-o", path(name), "--from", "1000000"}).status, 1);
        EXPECT_EQ(run({"draw", "/dev/null", "-o", path(name)}).err,
                  "sockstep: /dev/null: at offset 0: the file is empty\n");
    }
    EXPECT_EQ(content(path("old.dot")), drawn);
    EXPECT_FALSE(std::filesystem::exists(path("new.dot")));
    ASSERT_EQ(run({"draw", file_, "-o", path("old.dot"), "--only", "segments", "--to", "#1"}).status, 0);
    EXPECT_LT(content(path("old.dot")).size(), drawn.size()) << "nothing is left of the longer one";
}

TEST_F(Draw, SaysWhatToInstallWhereGraphvizIsMissing) {
    const Outcome outcome = run({"draw", file_, "-o", path("a.svg")}, {.environment = {"PATH=/nonexistent"}});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(lines(outcome.err), ElementsAre(HasSubstr("apt-get install graphviz")));
    EXPECT_EQ(run({"draw", file_, "-o", path("a.dot")}, {.environment = {"PATH=/nonexistent"}}).status, 0);
}

TEST_F(Draw, DrawsARunIntoSeveralFilesWhenItHasEnded) {
    const Outcome outcome = run({"run", "--calls-only", "--draw", path("a.dot"), "--draw", path("a.html"), "--",
                                 ECHO_CLIENT, "127.0.0.1", "1"});
    EXPECT_THAT(content(path("a.dot")), HasSubstr("ECONNREFUSED"));
    EXPECT_THAT(content(path("a.html")), HasSubstr("ECONNREFUSED")) << outcome.err;
}

TEST_F(Draw, RefusesAPictureBeforeTheRunBegins) {
    const Outcome outcome =
        run({"run", "--calls-only", "--draw", path("none/a.dot"), "--", "/bin/touch", path("touched")});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_FALSE(std::filesystem::exists(path("touched")));
}

}  // namespace
}  // namespace sockstep::app::test
