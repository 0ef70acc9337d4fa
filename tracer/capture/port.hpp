// tracer/capture/port.hpp - one end of a link: every frame that comes out of it, and a way to put frames in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/timestamp.hpp"

struct pcap;  // libpcap's handle

namespace sockstep::capture {

/// A frame that waits at a port. Its octets live until the port is asked to advance.
struct Waiting {
    base::Timestamp time;  // when the interface received it
    std::uint32_t wire_length = 0;
    base::Bytes bytes;
};

/// An Ethernet interface as a switch sees one of its ports. Frames can be looked at before they are taken, so that a
/// switch with many ports can take them in the order of their times. Nothing is delayed in a buffer: a frame can be
/// read as soon as it is there. Needs: CAP_NET_RAW.
class Port {
public:
    /// `largest_frame`: octets; what is longer is cut. `buffer`: octets of memory for frames that wait; there is room
    /// for some hundred in any case. Throws: CaptureError.
    Port(const std::string& interface, std::uint32_t largest_frame, std::uint32_t buffer);

    /// Readable when frames wait. Belongs to this object.
    int fd() const;

    /// The oldest frame that waits; nothing if none does. Throws: CaptureError when the interface went away.
    const Waiting* front();
    /// Takes it away. REQUIRES: front() said that there is one.
    void advance() { front_.reset(); }

    /// Sends `frame` out of the interface; false if the kernel had no room for it. Throws: CaptureError.
    bool send(base::Bytes frame);

    /// Frames that came out of the interface while the buffer was full, so that nobody saw them.
    std::uint64_t missed() const;

private:
    struct Close {
        void operator()(pcap* handle) const;
    };
    using Handle = std::unique_ptr<pcap, Close>;

    static Handle activate(const std::string& interface, std::uint32_t largest_frame, std::uint32_t buffer);

    std::string interface_;
    Handle handle_;
    std::optional<Waiting> front_;
    int fd_ = -1;
};

}  // namespace sockstep::capture
