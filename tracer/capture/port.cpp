// tracer/capture/port.cpp - libpcap's handle on one end of a veth pair.
#include "capture/port.hpp"

#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "capture/live.hpp"
#include "capture/not_inherited.hpp"

namespace sockstep::capture {

namespace {

constexpr std::uint32_t least_frames = 256;  // that the buffer has room for, whatever their size

/// An option of packet(7) that makes the port quicker or its counters plainer, and that it can do without.
void prefer(int fd, int option) {
    const int yes = 1;
    static_cast<void>(::setsockopt(fd, SOL_PACKET, option, &yes, sizeof yes));
}

}  // namespace

void Port::Close::operator()(pcap* handle) const {
    pcap_close(handle);
}

Port::Port(const std::string& interface, std::uint32_t largest_frame, std::uint32_t buffer)
    : interface_{interface}, handle_{activate(interface, largest_frame, buffer)} {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    if (pcap_setnonblock(handle_.get(), 1, error.data()) != 0) {
        throw CaptureError{EIO, interface_, error.data()};
    }
    fd_ = pcap_get_selectable_fd(handle_.get());
    prefer(fd_, PACKET_IGNORE_OUTGOING);  // what we send is not what we are to see
    prefer(fd_, PACKET_QDISC_BYPASS);     // there is nothing to be scheduled on this side
}

/// In immediate mode, so that a frame can be read when it is there, and not when a block of frames is full.
Port::Handle Port::activate(const std::string& interface, std::uint32_t largest_frame, std::uint32_t buffer) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    Handle handle{pcap_create(interface.c_str(), error.data())};
    if (handle == nullptr) {
        throw CaptureError{EIO, interface, error.data()};
    }
    pcap_set_snaplen(handle.get(), static_cast<int>(largest_frame));
    pcap_set_buffer_size(handle.get(), static_cast<int>(std::max(buffer, least_frames * largest_frame)));
    pcap_set_immediate_mode(handle.get(), 1);
    pcap_set_tstamp_precision(handle.get(), PCAP_TSTAMP_PRECISION_NANO);
    const NotInherited opened;
    const int status = pcap_activate(handle.get());
    if (status < 0) {
        const int number = status == PCAP_ERROR_PERM_DENIED ? EPERM : EIO;
        throw CaptureError{number, interface, pcap_geterr(handle.get())};
    }
    if (pcap_get_tstamp_precision(handle.get()) != PCAP_TSTAMP_PRECISION_NANO) {
        throw CaptureError{EIO, interface, "libpcap gives no times in nanoseconds"};
    }
    if (pcap_setdirection(handle.get(), PCAP_D_IN) != 0) {
        throw CaptureError{EIO, interface, pcap_geterr(handle.get())};
    }
    return handle;
}

int Port::fd() const {
    return fd_;
}

const Waiting* Port::front() {
    if (front_) {
        return &*front_;
    }
    pcap_pkthdr* header = nullptr;
    const u_char* octets = nullptr;
    const int status = pcap_next_ex(handle_.get(), &header, &octets);
    if (status == PCAP_ERROR) {
        throw CaptureError{EIO, interface_, pcap_geterr(handle_.get())};
    }
    if (status != 1) {
        return nullptr;
    }
    const base::Timestamp time{std::chrono::seconds{header->ts.tv_sec} + base::Duration{header->ts.tv_usec}};
    front_.emplace(Waiting{time, header->len, {octets, header->caplen}});
    return &*front_;
}

bool Port::send(base::Bytes frame) {
    for (;;) {
        if (pcap_inject(handle_.get(), frame.data(), frame.size()) != PCAP_ERROR) {
            return true;
        }
        if (errno == ENOBUFS || errno == EAGAIN) {
            return false;
        }
        if (errno != EINTR) {
            throw CaptureError{errno, interface_, pcap_geterr(handle_.get())};
        }
    }
}

std::uint64_t Port::missed() const {
    pcap_stat counted{};
    if (pcap_stats(handle_.get(), &counted) != 0) {
        throw CaptureError{EIO, interface_, pcap_geterr(handle_.get())};
    }
    return counted.ps_drop;
}

}  // namespace sockstep::capture
