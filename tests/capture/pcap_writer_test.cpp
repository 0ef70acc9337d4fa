// tests/capture/pcap_writer_test.cpp - what is written is what was captured, whoever reads it.
#include "capture/pcap_writer.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "capture/capture_builder.hpp"
#include "capture/temporary_folder.hpp"

namespace sockstep::capture {
namespace {

using test::Octets, test::payload, test::read_all;
using testing::IsEmpty, testing::SizeIs;

/// REQUIRES: `octets` outlive the frame.
record::Frame frame_of(const Octets& octets, std::int64_t nanoseconds = 1'700'000'000'123'456'789) {
    record::Frame frame;
    frame.time = base::Timestamp{base::Duration{nanoseconds}};
    frame.wire_length = static_cast<std::uint32_t>(octets.size()) + 5;
    frame.bytes = octets;
    return frame;
}

/// What a shell says to `command`.
std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), ::pclose};
    std::string output;
    std::array<char, 4096> buffer{};
    while (pipe && std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) {
        output += buffer.data();
    }
    return output;
}

TEST(PcapWriter, WritesWhatTheReaderReads) {
    const test::TemporaryFolder folder;
    const Octets first = payload(60);
    const Octets second;
    {
        PcapWriter writer{folder.file("a.pcap"), base::LinkType::Ethernet, 128};
        writer.write(frame_of(first));
        writer.write(frame_of(second, 1'700'000'001'000'000'000));
    }
    const auto reading = read_all(FileReader::open(folder.file("a.pcap")));
    ASSERT_THAT(reading.frames, SizeIs(2));
    EXPECT_EQ(reading.frames[0], (test::Taken{1, 1'700'000'000'123'456'789, base::LinkType::Ethernet, 65, first}));
    EXPECT_EQ(reading.frames[1], (test::Taken{2, 1'700'000'001'000'000'000, base::LinkType::Ethernet, 5, {}}));
    EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(PcapWriter, LeavesAWholeFileAfterEveryFlush) {
    const test::TemporaryFolder folder;
    const Octets octets = payload(60);
    PcapWriter writer{folder.file("a.pcap"), base::LinkType::LinuxSll2, 128};
    for (std::size_t frames = 0; frames < 3; ++frames) {
        writer.flush();
        const auto reading = read_all(FileReader::open(folder.file("a.pcap")));
        EXPECT_THAT(reading.frames, SizeIs(frames));
        EXPECT_THAT(reading.faults, IsEmpty());
        record::Frame frame = frame_of(octets);
        frame.link = base::LinkType::LinuxSll2;
        writer.write(frame);
    }
}

TEST(PcapWriter, SaysThatAFileCannotBeWritten) {
    const test::TemporaryFolder folder;
    EXPECT_THROW(PcapWriter(folder.file("no/such/folder"), base::LinkType::Ethernet, 128), std::system_error);
    EXPECT_THROW(PcapWriter(folder.file("."), base::LinkType::Ethernet, 128), std::system_error);
}

TEST(PcapWriter, SaysThatTheDiskIsFull) {
    PcapWriter writer{"/dev/full", base::LinkType::Ethernet, 128};
    try {
        writer.flush();
        ADD_FAILURE() << "/dev/full took it";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::no_space_on_device);
        EXPECT_THAT(error.what(), testing::HasSubstr("/dev/full"));
    }
}

TEST(PcapWriter, LeavesWholeRecordsWhenTheDiskGetsFull) {
    const test::TemporaryFolder folder;
    const Octets octets = payload(1000);
    PcapWriter writer{folder.file("a.pcap"), base::LinkType::Ethernet, 2000};
    writer.write(frame_of(octets));
    writer.flush();
    // a limit on the file's size stands for a full disk: the second write is taken in part
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1500, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    writer.write(frame_of(octets));
    EXPECT_THROW(writer.flush(), std::system_error);
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    writer.write(frame_of(octets));
    writer.flush();
    const auto reading = read_all(FileReader::open(folder.file("a.pcap")));
    EXPECT_THAT(reading.frames, SizeIs(2));
    EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(PcapWriter, WritesWhatTcpdumpAndTsharkRead) {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("a.pcap");
    const Octets octets = payload(60);
    {
        PcapWriter writer{path, base::LinkType::Ethernet, 128};
        writer.write(frame_of(octets));
    }
    bool asked = false;
    if (!output_of("command -v tcpdump").empty()) {
        asked = true;
        EXPECT_THAT(output_of("tcpdump -tt --nano -nr " + path + " 2>&1"), testing::HasSubstr("1700000000.123456789"));
    }
    if (!output_of("command -v tshark").empty()) {
        asked = true;
        EXPECT_EQ(
            output_of("tshark -r " + path + " -T fields -e frame.time_epoch -e frame.cap_len -e frame.len 2>/dev/null"),
            "1700000000.123456789\t60\t65\n");
    }
    if (!asked) {
        GTEST_SKIP() << "neither tcpdump nor tshark is installed: apt-get install tcpdump tshark";
    }
}

}  // namespace
}  // namespace sockstep::capture
