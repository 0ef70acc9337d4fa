// tests/app/trace_mutation_test.cpp - trace files changed at random, read and shown: never a crash, one line for a
// fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/trace_view.hpp"
#include "decode/frame_builder.hpp"
#include "os/file.hpp"
#include "tracefile/mutation.hpp"
#include "tracefile/record_text.hpp"

namespace sockstep::app {
namespace {

using record::CallKind;
using tracefile::test::Mutator;
using tracefile::test::Octets;

constexpr int mutations_of_each = 2'000;

/// The records of a run with a wire: an echo of five bytes, one segment of which is lost.
class Story {
public:
    Story() {
        const record::Socket client = socket(101, "10.0.0.11:41234", "10.0.0.1:5000");
        const record::Socket server = socket(201, "10.0.0.1:5000", "10.0.0.11:41234");
        all_.emplace_back(record::Process{.time = tick(), .program = "server", .pid = 2, .tid = 2});
        const auto accept = begin("server", CallKind::Accept, socket(200, "10.0.0.1:5000", {}));
        const auto connect = begin("client", CallKind::Connect, client);
        segment(true, [](auto& frame) { frame.syn().seq(1000).mss(1460); });
        segment(false, [](auto& frame) { frame.syn().seq(5000).ack(1001); });
        end(connect, 0, client);
        segment(true, [](auto& frame) { frame.seq(1001).ack(5001); });
        end(accept, 4, server, true);
        const auto receive = begin("server", CallKind::Receive, server);
        const auto send = begin("client", CallKind::Send, client);
        segment(
            true, [](auto& frame) { frame.psh().seq(1001).ack(5001).payload("hello"); }, record::Fate::Dropped);
        end(send, 5, client);
        segment(true, [](auto& frame) { frame.psh().seq(1001).ack(5001).payload("hello"); });
        end(receive, 5, server);
        const auto poll = begin("client", CallKind::Wait, client);
        end(poll, 0, client);
        const auto close = begin("client", CallKind::Close, client);
        segment(true, [](auto& frame) { frame.fin().seq(1006).ack(5001); });
        end(close, 0, client);
        all_.emplace_back(tracefile::Shown{tick()});
        segment(false, [](auto& frame) { frame.rst().seq(5001).ack(1007); });
        begin("server", CallKind::Receive, server);
        all_.emplace_back(record::Output{.time = tick(), .program = "server", .text = "hello\n\xff"});
        all_.emplace_back(record::Process{.change = record::ProcessChange::Exiting,
                                          .time = tick(),
                                          .program = "server",
                                          .pid = 2,
                                          .tid = 2,
                                          .sockets = {201}});
    }

    /// What a file of it gives, with `change` applied to the text of each record that is no frame.
    template <typename Change>
    tracefile::Reader::Runs read(Change change) const {
        const std::string part = tracefile::text_of_part("a");
        const tracefile::About about{.has_wire = true, .roles = {{"server", "s", true}, {"client", "c", false}}};
        tracefile::Gatherer gatherer;
        gatherer.take(0, part + change(tracefile::text_of(about)));
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (const auto* kept = std::get_if<tracefile::KeptFrame>(&all_[i])) {
                gatherer.take(i, tracefile::text_of_frame("a", i + 1, kept->view()), kept->view());
            } else {
                gatherer.take(i, part + change(tracefile::text_of(i + 1, all_[i])));
            }
        }
        tracefile::Reader::Runs all;
        all.runs = gatherer.finish();
        all.faults = gatherer.faults();
        return all;
    }

private:
    base::Timestamp tick() { return tracefile::test::at(++time_ * 1'000'000); }

    static record::Socket socket(std::uint64_t inode, const std::string& local, const std::string& peer) {
        const auto end = [](const std::string& text) {
            const std::size_t colon = text.find(':');
            return decode::endpoint(text.substr(0, colon),
                                    static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
        };
        record::Socket socket{.inode = inode, .kind = record::SocketKind::Tcp, .local = end(local)};
        socket.state = peer.empty() ? "LISTEN" : "ESTABLISHED";
        socket.peer = peer.empty() ? std::nullopt : std::optional{end(peer)};
        socket.receive_queue = socket.send_queue = 0;
        return socket;
    }

    std::uint64_t begin(const std::string& program, CallKind kind, const record::Socket& socket) {
        record::CallBegin call{.id = ++calls_, .time = tick(), .program = program};
        call.pid = call.tid = program == "server" ? 2 : 3;
        call.name = "call";
        call.kind = kind;
        call.fd = 3;
        call.arguments = {{"address", "10.0.0.1:5000"}, {"length", std::int64_t{5}}};
        call.socket = socket;
        call.length = 5;
        call.data = kind == CallKind::Send ? "hello" : "";
        call.waits = true;
        call.ready = false;
        call.awaited = {{.fd = 3, .socket = socket.inode, .to_read = true}};
        all_.emplace_back(call);
        return call.id;
    }

    void end(std::uint64_t id, std::int64_t result, const record::Socket& socket, bool made = false) {
        record::CallEnd end{.id = id, .time = tick(), .result = result};
        end.socket = socket;
        end.slept = 1;
        end.data = "hello";
        if (made) {
            end.made = socket;
        }
        all_.emplace_back(std::move(end));
    }

    template <typename Change>
    void segment(bool of_client, Change change, record::Fate fate = record::Fate::Delivered) {
        decode::FrameBuilder frame;
        frame.from(of_client ? "10.0.0.11" : "10.0.0.1", of_client ? 41234 : 5000);
        frame.to(of_client ? "10.0.0.1" : "10.0.0.11", of_client ? 5000 : 41234);
        change(frame);
        const decode::Octets octets = frame.bytes();
        tracefile::KeptFrame kept{.frame = {}, .octets = octets};
        kept.frame.number = ++frames_;
        kept.frame.time = tick();
        kept.frame.wire_length = static_cast<std::uint32_t>(octets.size());
        all_.emplace_back(std::move(kept));
        all_.emplace_back(record::Passage{.frame = frames_, .time = tick(), .fate = fate, .from = 1, .to = 0});
    }

    std::vector<tracefile::Record> all_;
    std::uint64_t calls_ = 0;
    std::uint64_t frames_ = 0;
    std::int64_t time_ = 0;
};

/// As sockstep read shows it; nobody reads that.
void show(const tracefile::Reader::Runs& all, bool json) {
    for (const tracefile::Run& run : all.runs) {
        Output output{os::create_file("/dev/null"), "/dev/null"};
        RunReport report{options_of(run, {.style = {.width = 80}, .json = json}), roles_of(run), output, 1};
        replay(run, report);
        report.finish();
    }
    for (const capture::Fault& fault : all.faults) {
        ASSERT_FALSE(fault.what.empty());
        ASSERT_EQ(fault.what.find('\n'), std::string::npos) << fault.what;
    }
}

TEST(TraceReader, ShowsTheStoryThatIsChangedBelow) {
    const tracefile::Reader::Runs all = Story{}.read([](std::string text) { return text; });
    ASSERT_TRUE(all.faults.empty()) << all.faults[0].what;
    Output output{os::create_file("/dev/null"), "/dev/null"};
    RunReport report{options_of(all.runs.at(0), {.style = {.width = 80}}), roles_of(all.runs.at(0)), output, 1};
    replay(all.runs.at(0), report);
    EXPECT_EQ(report.timeline().calls.size(), 7U);
    EXPECT_EQ(report.timeline().segments.size(), 7U);
    EXPECT_EQ(report.timeline().call(3).woken_by.segment, 5U);
}

TEST(TraceReader, SurvivesMutationsOfOctets) {
    Mutator mutate{1};
    const Octets all_kinds = tracefile::test::trace(tracefile::test::write_all_kinds);
    for (int i = 0; i < mutations_of_each; ++i) {
        show(tracefile::test::read(mutate.octets(all_kinds)), i % 2 == 0);
    }
}

TEST(TraceReader, SurvivesMutationsOfValues) {
    Mutator mutate{2};
    const Story story;
    std::size_t sound = 0;
    for (int i = 0; i < mutations_of_each; ++i) {
        const auto all =
            story.read([&](std::string text) { return mutate.below(12) == 0 ? mutate.values(std::move(text)) : text; });
        sound += all.faults.empty() ? 1U : 0U;
        show(all, i % 2 == 0);
    }
    EXPECT_GT(sound, 50U);  // not everything is stopped at the door
}

}  // namespace
}  // namespace sockstep::app
