// tracer/app/show_trace.cpp - each run through a report of its own.
#include "app/show_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <random>

#include "app/messages.hpp"
#include "app/run_report.hpp"
#include "app/trace_view.hpp"
#include "explain/words.hpp"
#include "render/json_run.hpp"

namespace sockstep::app {

namespace {

std::string counted(std::uint64_t number, std::string_view thing) {
    return explain::count(static_cast<std::int64_t>(number), thing);
}

int show(const tracefile::Run& run, const OutputOptions& options, Output& output) {
    RunReport report{options_of(run, options.report()), roles_of(run), output, std::random_device{}()};
    replay(run, report);
    report.finish();
    return status_of(options, report.totals());
}

}  // namespace

int complain(const std::string& file, const std::vector<capture::Fault>& faults) {
    const std::size_t more = faults.size() - 1;
    say(fmt::format("{}: at offset {}: {}{}", file, faults[0].offset, faults[0].what,
                    more == 0 ? "" : fmt::format("; and {} more after it", counted(more, "fault"))));
    return 1;
}

bool tell_what_is_missing(const tracefile::Reader::Runs& all, const std::string& file) {
    std::uint64_t missing = 0;
    for (const tracefile::Run& run : all.runs) {
        missing += run.missing;
    }
    const auto cut = std::ranges::count(all.runs, false, &tracefile::Run::ended);
    if (cut > 0) {
        say(fmt::format("{}: {} of {} has no end in it: sockstep was ended before, or still writes", file, cut,
                        counted(all.runs.size(), "run")));
    }
    if (missing > 0) {
        say(fmt::format("{}: {} not in it: it was shortened after it had been written", file,
                        counted(missing, "record") + (missing == 1 ? " is" : " are")));
    }
    if (all.strangers > 0) {
        say(fmt::format("{}: {} of no run and not shown; --frames shows them", file,
                        counted(all.strangers, "frame") + (all.strangers == 1 ? " is" : " are")));
    }
    return cut > 0 || missing > 0;
}

int show_trace(const tracefile::Reader::Runs& all, const std::string& file, std::uint64_t only,
               const OutputOptions& options, Output& output) {
    int status = 0;
    for (std::size_t i = 0; i < all.runs.size(); ++i) {
        if (only != 0 && only != i + 1) {
            continue;
        }
        if (all.runs.size() > 1) {
            output.write(options.json ? render::json_run(i + 1, all.runs.size())
                                      : fmt::format("{}run {} of {}\n\n", i == 0 || only != 0 ? "" : "\n", i + 1,
                                                    all.runs.size()));
        }
        status = std::max(status, show(all.runs[i], options, output));
    }
    if (only > all.runs.size() && all.faults.empty()) {
        say(fmt::format("--run {}: there is no such one among {}", only, counted(all.runs.size(), "run")));
        status = 1;
    }
    if (!all.faults.empty()) {
        return complain(file, all.faults);
    }
    return tell_what_is_missing(all, file) ? 1 : status;
}

}  // namespace sockstep::app
