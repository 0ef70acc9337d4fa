// tracer/capture/live.hpp - the frames of a network interface, as they pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

#include "base/link_type.hpp"
#include "record/frame.hpp"

struct pcap;  // libpcap's handle

namespace sockstep::capture {

/// A capture that cannot begin or go on. code() tells kinds apart: EPERM the right is missing, ENODEV there is no such
/// interface (what() names those there are), ENETDOWN it is or went down, EIO anything else, in libpcap's words.
class CaptureError : public std::system_error {
public:
    CaptureError(int error, const std::string& interface, const std::string& detail = {});

    const std::string& interface() const { return interface_; }

private:
    std::string interface_;
};

struct LiveOptions {
    std::string interface = {};                // "any" is all of them
    std::string filter = {};                   // pcap-filter(7); empty lets all frames through
    std::uint32_t snaplen = 262144;            // octets kept of each frame
    std::uint32_t buffer = 64U * 1024 * 1024;  // octets; less if the kernel refuses
    bool promiscuous = false;
};

struct Statistics {
    std::uint64_t received = 0;              // frames handed out
    std::uint64_t dropped_by_kernel = 0;     // because the buffer was full
    std::uint64_t dropped_by_interface = 0;  // by its driver, before anybody could see them
};

/// Captures on one interface, without waiting: the caller polls fd(). Needs: CAP_NET_RAW.
class Live {
public:
    /// Frames pass from here on. Throws: CaptureError, BadFilter.
    explicit Live(const LiveOptions& options);

    /// Readable when frames wait, or when an error does. Belongs to this object.
    int fd() const;

    /// Hands frames that wait to `take`, oldest first, and says how many: 0 if none did, and a few thousand at the
    /// most, so that the caller's loop goes round under any load. A frame's octets live until `take` returns. Throws:
    /// CaptureError when the interface went down or away; what `take` throws.
    std::size_t dispatch(const std::function<void(const record::Frame&)>& take);

    Statistics statistics() const;
    base::LinkType link() const;
    /// Octets of the kernel's buffer, as asked for with success.
    std::uint32_t buffer() const { return buffer_; }

private:
    struct Close {
        void operator()(pcap* handle) const;
    };
    using Handle = std::unique_ptr<pcap, Close>;

    static Handle activate(const LiveOptions& options, std::uint32_t buffer);
    static Handle activate_with_largest_buffer(const LiveOptions& options, std::uint32_t& buffer);
    void set_filter(const std::string& expression);
    void ignore_outgoing_on_loopback();
    void check_is_up() const;

    std::string interface_;
    std::uint32_t buffer_;
    Handle handle_;
    std::uint64_t frames_ = 0;
};

}  // namespace sockstep::capture
