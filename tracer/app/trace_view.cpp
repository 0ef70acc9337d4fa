// tracer/app/trace_view.cpp - records to whom they went when they were made.
#include "app/trace_view.hpp"

#include <variant>

#include "app/trace_keeper.hpp"

namespace sockstep::app {

namespace {

/// Gives each record to the report.
struct Teller {
    RunReport& report;

    void operator()(const tracefile::KeptFrame& kept) const { report.add(kept.view()); }
    void operator()(const record::Passage& passage) const { report.add(passage); }
    void operator()(const tracefile::Shown& shown) const { report.show_until(shown.time); }
    template <typename Event>
    void operator()(const Event& event) const {
        report.add(record::Event{event});
    }
};

}  // namespace

RunReport::Options options_of(const tracefile::Run& run, const ReportOptions& report) {
    return {.report = report,
            .has_wire = run.about.has_wire,
            .has_segments = run.about.has_segments,
            .network = run.about.private_network ? findings::Network::Private : findings::Network::Shared};
}

std::vector<render::Role> roles_of(const tracefile::Run& run) {
    std::vector<render::Role> roles;
    for (const tracefile::Role& role : run.about.roles) {
        roles.push_back({role.program, role.command, role.is_server ? tcp::Side::Server : tcp::Side::Client});
    }
    return roles;
}

tracefile::About about_of(const RunReport::Options& options, const std::vector<render::Role>& roles) {
    tracefile::About about{.made_by = made_by(),
                           .has_wire = options.has_wire,
                           .has_segments = options.has_segments,
                           .private_network = options.network == findings::Network::Private};
    for (const render::Role& role : roles) {
        about.roles.push_back({role.program, role.command, role.side == tcp::Side::Server});
    }
    return about;
}

void replay(const tracefile::Run& run, RunReport& report) {
    for (const tracefile::Record& record : run.records) {
        std::visit(Teller{report}, record);
    }
}

}  // namespace sockstep::app
