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
    RunReport report_to(Output& output) {
        return {{.report = {.style = {.width = 80}}, .has_segments = false}, {}, output, 1};
    }
};

TEST_P(TellingARun, TellsAllInOrder) {
    constexpr int lines = 5000;
    Output output{os::create_file("/dev/null"), "/dev/null"};
    RunReport report = report_to(output);
    Telling telling{report, GetParam()};
    for (int i = 0; i < lines; i += 2) {
        telling.add(line(i + 1));
        telling.add(line(i));
        telling.show_until(second(i + 1));
    }
    EXPECT_EQ(telling.finish(), 0U) << "nothing came too late";
    const auto& outputs = report.timeline().outputs;
    ASSERT_EQ(outputs.size(), static_cast<std::size_t>(lines));
    for (int i = 0; i < lines; ++i) {
        EXPECT_EQ(outputs[static_cast<std::size_t>(i)].text, std::to_string(i) + "\n");
    }
}

TEST_P(TellingARun, CountsWhatCameTooLateForItsPlace) {
    Output output{os::create_file("/dev/null"), "/dev/null"};
    RunReport report = report_to(output);
    Telling telling{report, GetParam()};
    telling.add(line(5));
    telling.show_until(second(5));
    telling.add(line(3));
    EXPECT_EQ(telling.finish(), 1U);
    EXPECT_EQ(report.timeline().outputs.size(), 2U);
}

TEST_P(TellingARun, ThrowsWhatTheReportThrew) {
    Output output{os::create_file("/dev/full"), "/dev/full"};
    RunReport report = report_to(output);
    Telling telling{report, GetParam()};
    const auto tell = [&] {
        telling.add(line(1));
        telling.show_until(second(1));
        telling.show_until(second(9));  // by then it is shown
        telling.finish();
    };
    EXPECT_THROW(tell(), std::system_error);
}

TEST_P(TellingARun, CanBeLeftHalfWay) {
    Output output{os::create_file("/dev/null"), "/dev/null"};
    RunReport report = report_to(output);
    Telling telling{report, GetParam()};
    telling.add(line(1));
    telling.show_until(second(1));
    telling.add(line(2));
}

INSTANTIATE_TEST_SUITE_P(Ways, TellingARun, ::testing::Values(Telling::When::Aside, Telling::When::AtOnce),
                         [](const auto& way) { return way.param == Telling::When::Aside ? "Aside" : "AtOnce"; });

}  // namespace
}  // namespace sockstep::app
