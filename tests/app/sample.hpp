// tests/app/sample.hpp - small captures for the tests of the command line, made octet by octet.
#pragma once

#include <string>
#include <vector>

#include "capture/capture_builder.hpp"
#include "decode/frame_builder.hpp"

namespace sockstep::app::test {

using capture::test::Octets;

inline decode::FrameBuilder from_client() {
    return decode::FrameBuilder{}.from("10.0.0.1", 1234).to("10.0.0.2", 80);
}
inline decode::FrameBuilder from_server() {
    return decode::FrameBuilder{}.from("10.0.0.2", 80).to("10.0.0.1", 1234);
}

/// Connection 1 says "hello\n" and closes, connection 2 is refused in between, and one frame is UDP.
inline std::vector<Octets> sample_frames() {
    const std::vector<decode::FrameBuilder> builders{
        from_client().syn().seq(100).mss(1460),
        from_server().syn().seq(500).ack(101).mss(1460),
        from_client().seq(101).ack(501),
        decode::FrameBuilder{}.from("10.0.0.3", 4321).to("10.0.0.2", 81).syn().seq(7),
        decode::FrameBuilder{}.from("10.0.0.2", 81).to("10.0.0.3", 4321).rst().ack(8),
        decode::FrameBuilder{}.from("10.0.0.3", 53).to("10.0.0.2", 53).ip_protocol(17),
        from_client().psh().seq(101).ack(501).payload("hello\n"),
        from_server().seq(501).ack(107),
        from_client().fin().seq(107).ack(501),
        from_server().fin().seq(501).ack(108),
        from_client().seq(108).ack(502),
    };
    std::vector<Octets> frames;
    for (const decode::FrameBuilder& builder : builders) {
        const decode::Octets octets = builder.bytes();
        frames.emplace_back(octets.begin(), octets.end());
    }
    return frames;
}

inline Octets record(const Octets& frame, std::uint32_t microsecond) {
    return capture::test::pcap_record(frame, {.fraction = microsecond});
}

inline Octets sample_pcap() {
    Octets file = capture::test::pcap_header();
    std::uint32_t microsecond = 0;
    for (const Octets& frame : sample_frames()) {
        file = file + record(frame, microsecond += 1000);
    }
    return file;
}

inline Octets sample_pcapng() {
    Octets file = capture::test::section_header() + capture::test::interface_description();
    std::uint64_t microsecond = 1'700'000'000'000'000;
    for (const Octets& frame : sample_frames()) {
        file = file + capture::test::enhanced_packet(frame, {.ticks = microsecond += 1000});
    }
    return file;
}

inline std::string text_of(const Octets& octets) {
    return {octets.begin(), octets.end()};
}

}  // namespace sockstep::app::test
