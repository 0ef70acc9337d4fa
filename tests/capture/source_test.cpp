// tests/capture/source_test.cpp - files, pipes and interruptions.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "capture/capture_builder.hpp"
#include "capture/temporary_folder.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"

namespace sockstep::capture {
namespace {

using test::enhanced_packet, test::gzip, test::interface_description, test::Octets, test::payload, test::pcap_header,
    test::pcap_record, test::read_all, test::section_header;
using testing::IsEmpty, testing::SizeIs;

/// The error of opening `path`.
std::error_code error_of(const std::string& path) {
    try {
        FileReader::open(path);
    } catch (const std::system_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("open(" + path + ")"));
        return error.code();
    }
    return {};
}

TEST(FileSource, ReadsAFile) {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("a.pcap", pcap_header() + pcap_record(payload(60)));
    EXPECT_THAT(read_all(FileReader::open(path)).frames, SizeIs(1));
}

TEST(FileSource, NamesWhatCannotBeOpened) {
    const test::TemporaryFolder folder;
    EXPECT_EQ(error_of(folder.file("missing")), std::errc::no_such_file_or_directory);
    EXPECT_EQ(error_of(folder.file(".")), std::errc::is_a_directory);
    if (::geteuid() != 0) {  // root may read everything
        const std::string secret = folder.file("secret", pcap_header());
        EXPECT_EQ(::chmod(secret.c_str(), 0), 0);
        EXPECT_EQ(error_of(secret), std::errc::permission_denied);
    }
}

/// A source that hands out one octet at a time and counts them.
Source counting(const Octets& octets, const std::shared_ptr<std::size_t>& count) {
    return [source = test::memory(octets, 1), count](std::span<std::uint8_t> into) {
        const auto got = source(into);
        *count += got.value_or(0);
        return got;
    };
}

TEST(FileReader, HandsOutEachFrameAsSoonAsItIsComplete) {
    const Octets pcap[] = {pcap_header() + pcap_record(payload(33)), pcap_record({}), pcap_record(payload(200))};
    const Octets pcapng[] = {section_header() + interface_description() + enhanced_packet(payload(33)),
                             test::simple_packet(payload(20), 20), enhanced_packet(payload(200))};
    for (const auto& pieces : {pcap, pcapng}) {
        auto count = std::make_shared<std::size_t>(0);
        FileReader reader{counting(pieces[0] + pieces[1] + pieces[2], count)};
        std::size_t expected = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            record::Frame frame;
            expected += pieces[i].size();
            EXPECT_TRUE(reader.next(frame));
            EXPECT_EQ(*count, expected);  // not one octet more was waited for
        }
    }
}

TEST(FileReader, HandsOutAFrameOfAPipeThatStaysOpen) {
    std::array<int, 2> ends{};
    os::check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    const os::Fd reading_end{ends[0]};
    os::Fd writing_end{ends[1]};
    const auto write = [&](const Octets& octets) {
        ASSERT_EQ(::write(writing_end.value(), octets.data(), octets.size()), std::ssize(octets));
    };
    FileReader reader = FileReader::open("/dev/fd/" + std::to_string(reading_end.value()));
    record::Frame frame;
    write(pcap_header() + pcap_record(payload(60)) + Octets(10));  // and the beginning of another record
    EXPECT_TRUE(reader.next(frame));
    write(Octets(6));
    EXPECT_TRUE(reader.next(frame));
    EXPECT_THAT(frame.bytes, IsEmpty());
    writing_end.reset();
    EXPECT_FALSE(reader.next(frame));
    EXPECT_THAT(reader.faults(), IsEmpty());
}

TEST(FileReader, TakesAnInterruptionAsTheEnd) {
    for (const Octets& file : {pcap_header() + pcap_record(payload(60)) + Octets(7),
                               section_header() + interface_description() + enhanced_packet(payload(60)) + Octets(7),
                               gzip(pcap_header() + pcap_record(payload(60)))}) {
        FileReader reader{[source = test::memory(file)](std::span<std::uint8_t> into) {
            const auto count = source(into);
            return *count == 0 ? std::nullopt : count;
        }};
        const auto reading = read_all(std::move(reader));
        EXPECT_THAT(reading.frames, SizeIs(1));
        EXPECT_THAT(reading.faults, IsEmpty());
    }
}

TEST(FileReader, IsInterruptedByASignalWhileItWaits) {
    std::array<int, 2> ends{};
    os::check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    const os::Fd reading_end{ends[0]};
    const os::Fd writing_end{ends[1]};
    struct sigaction no_restart {};
    struct sigaction before {};
    no_restart.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &no_restart, &before);
    const itimerval again_and_again{{0, 10'000}, {0, 10'000}};  // 10 ms: one of them meets the read
    ::setitimer(ITIMER_REAL, &again_and_again, nullptr);
    const auto reading = read_all(FileReader::open("/dev/fd/" + std::to_string(reading_end.value())));
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
    EXPECT_THAT(reading.frames, IsEmpty());
    EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(FileReader, LetsASourcesErrorThrough) {
    FileReader reader{[source = test::memory(pcap_header())](std::span<std::uint8_t> into) {
        const auto count = source(into);
        if (*count == 0) {
            throw std::system_error{EIO, std::generic_category(), "read(disk)"};
        }
        return count;
    }};
    record::Frame frame;
    EXPECT_THROW(reader.next(frame), std::system_error);
}

}  // namespace
}  // namespace sockstep::capture
