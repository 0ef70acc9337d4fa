// tests/captures/captures_test.cpp - real captures, read as `sockstep read` does, against Wireshark's analysis of each.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "capture/file_reader.hpp"
#include "captures/differences.hpp"
#include "decode/frame.hpp"
#include "tcp/tracker.hpp"

namespace sockstep {
namespace {

using nlohmann::json;

std::filesystem::path folder() {
    return SOCKSTEP_CAPTURES;
}

struct Analysis {
    std::map<std::uint64_t, tcp::Connection> connections;                // by id
    std::map<std::uint64_t, std::map<std::uint64_t, tcp::Notes>> notes;  // by connection and frame
    std::uint64_t segments = 0;
};

Analysis analyse(const std::filesystem::path& file) {
    Analysis analysis;
    tcp::Tracker tracker{[&](const tcp::Connection& connection) { analysis.connections[connection.id] = connection; }};
    capture::FileReader reader = capture::FileReader::open(file);
    record::Frame frame;
    while (reader.next(frame)) {
        const decode::Decoded decoded = decode::decode(frame.link, frame.bytes, frame.wire_length);
        if (const auto* packet = std::get_if<decode::TcpSegment>(&decoded)) {
            const auto [segment, connection] = tracker.add(*packet, frame.number, frame.time);
            analysis.notes[connection.id][frame.number] = segment.notes;
        }
    }
    EXPECT_TRUE(reader.faults().empty()) << reader.faults().front().what;
    tracker.finish();
    analysis.segments = tracker.segments();
    return analysis;
}

/// tshark verifies no checksums unless told to, and does not note cut payloads.
std::set<std::string> notes_that_tshark_gives(tcp::Notes notes) {
    std::set<std::string> names;
    for (int i = 0; i < tcp::note_count; ++i) {
        const auto note = static_cast<tcp::Note>(i);
        if (notes.has(note) && note != tcp::Note::BadChecksum && note != tcp::Note::Truncated) {
            names.emplace(name(note));
        }
    }
    return names;
}

json frame_or_null(std::uint64_t frame) {
    return frame == 0 ? json(nullptr) : json(frame);
}

json as_truth(const tcp::Connection& connection, const std::map<std::uint64_t, tcp::Notes>& notes) {
    json truth{{"client", to_string(connection.client.endpoint)},
               {"server", to_string(connection.server.endpoint)},
               {"known_by", name(connection.known_by)},
               {"handshake", name(connection.handshake())},
               {"syn", frame_or_null(connection.syn_frame)},
               {"syn_ack", frame_or_null(connection.syn_ack_frame)},
               {"ack", frame_or_null(connection.ack_frame)},
               {"closed", name(connection.closed())},
               {"client_segments", connection.client.segments},
               {"server_segments", connection.server.segments},
               {"client_bytes", connection.client.bytes},
               {"server_bytes", connection.server.bytes},
               {"retransmissions", connection.client.retransmissions + connection.server.retransmissions},
               {"notes", json::object()}};
    for (const auto& [frame, frame_notes] : notes) {
        const std::set<std::string> names = notes_that_tshark_gives(frame_notes);
        if (!names.empty()) {
            truth["notes"][std::to_string(frame)] = names;
        }
    }
    return truth;
}

void sort_notes(json& connection) {
    for (auto& names : connection["notes"]) {
        std::sort(names.begin(), names.end());
    }
}

std::vector<std::string> capture_names() {
    std::vector<std::string> names;
    if (std::filesystem::is_directory(folder())) {
        for (const auto& entry : std::filesystem::directory_iterator{folder()}) {
            const std::string name = entry.path().filename();
            if (name.ends_with(".truth.json")) {
                names.push_back(name.substr(0, name.size() - std::string{".truth.json"}.size()));
            }
        }
    }
    std::ranges::sort(names);
    return names;
}

/// Every difference is either in the table or a failure; one in the table that does not occur is a failure too.
TEST(Captures, AgreeWithWiresharkOrSayWhyNot) {
    const std::vector<std::string> names = capture_names();
    if (names.empty()) {
        GTEST_SKIP() << "no captures in " << folder() << "; name their folder with -D SOCKSTEP_CAPTURES=...";
    }
    std::set<Difference> found;
    for (const std::string& name : names) {
        SCOPED_TRACE(name);
        std::ifstream stream{folder() / (name + ".truth.json")};
        const json truth = json::parse(stream);
        const Analysis ours = analyse(folder() / name);
        if (ours.segments != truth["tcp_frames"]) {
            const Difference difference{name, 0, "/tcp_frames"};
            EXPECT_TRUE(is_listed(difference)) << ours.segments << " segments, not " << truth["tcp_frames"];
            found.insert(difference);
        }
        ASSERT_EQ(ours.connections.size(), truth["connections"].size());
        for (const auto& [id, connection] : ours.connections) {
            json theirs = truth["connections"][id - 1];
            const auto notes = ours.notes.find(id);
            json mine = as_truth(connection, notes->second);
            sort_notes(theirs);
            for (const auto& operation : json::diff(theirs, mine)) {
                const std::string path = operation["path"];
                const Difference difference{name, id,
                                            path.substr(0, path.find('/', path.starts_with("/notes/") ? 7 : 1))};
                if (!is_listed(difference)) {
                    ADD_FAILURE() << "connection " << id << ": " << operation.dump() << "\n  theirs " << theirs.dump()
                                  << "\n  ours   " << mine.dump();
                }
                found.insert(difference);
            }
        }
    }
    for (const ListedDifference& listed : differences()) {
        EXPECT_TRUE(found.contains(listed.difference))
            << "no such difference any more: " << listed.difference.file << " " << listed.difference.path;
    }
}

}  // namespace
}  // namespace sockstep
