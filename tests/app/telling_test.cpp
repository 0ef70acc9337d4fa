// tests/app/telling_test.cpp - records told by another thread: all of them, in order, and what goes wrong.
#include "app/telling.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <system_error>

#include "os/file.hpp"

namespace sockstep::app {
namespace {

base::Timestamp second(int number) {
    return base::Timestamp{std::chrono::seconds{1'700'000'000 + number}};
}

record::Event line(int number) {
    return record::Output{.time = second(number), .program = "server", .text = std::to_string(number) + "\n"};
}

class TellingARun : public ::testing::TestWithParam<Telling::When> {
protected:
    /// A report that writes to `file`, and who tells it.
    struct Told {
        Told(const char* file, Telling::When when) : output{os::create_file(file), file}, telling{report, when} {}

        Output output;
        RunReport report{{.report = {.style = {.width = 80}}, .has_segments = false}, {}, output, 1};
        Telling telling;
    };
};

TEST_P(TellingARun, TellsAllInOrder) {
    constexpr int lines = 5000;
    Told run{"/dev/null", GetParam()};
    for (int i = 0; i < lines; i += 2) {
        run.telling.add(line(i + 1));
        run.telling.add(line(i));
        run.telling.show_until(second(i + 1));
    }
    EXPECT_EQ(run.telling.finish(), 0U) << "nothing came too late";
    const auto& outputs = run.report.timeline().outputs;
    ASSERT_EQ(outputs.size(), static_cast<std::size_t>(lines));
    for (int i = 0; i < lines; ++i) {
        EXPECT_EQ(outputs[static_cast<std::size_t>(i)].text, std::to_string(i) + "\n");
    }
}

TEST_P(TellingARun, CountsWhatCameTooLateForItsPlace) {
    Told run{"/dev/null", GetParam()};
    run.telling.add(line(5));
    run.telling.show_until(second(5));
    run.telling.add(line(3));
    EXPECT_EQ(run.telling.finish(), 1U);
    EXPECT_EQ(run.report.timeline().outputs.size(), 2U);
}

TEST_P(TellingARun, ThrowsWhatTheReportThrew) {
    Told run{"/dev/full", GetParam()};
    const auto tell = [&] {
        run.telling.add(line(1));
        run.telling.show_until(second(1));
        run.telling.show_until(second(9));  // by then it is shown
        run.telling.finish();
    };
    EXPECT_THROW(tell(), std::system_error);
}

TEST_P(TellingARun, CanBeLeftHalfWay) {
    Told run{"/dev/null", GetParam()};
    run.telling.add(line(1));
    run.telling.show_until(second(1));
    run.telling.add(line(2));
}

INSTANTIATE_TEST_SUITE_P(Ways, TellingARun, ::testing::Values(Telling::When::Aside, Telling::When::AtOnce),
                         [](const auto& way) { return way.param == Telling::When::Aside ? "Aside" : "AtOnce"; });

}  // namespace
}  // namespace sockstep::app
