// tracer/capture/live.cpp - libpcap's handle on an interface.
#include "capture/live.hpp"

#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <optional>
#include <span>
#include <utility>

#include "capture/filter.hpp"
#include "capture/interfaces.hpp"
#include "capture/not_inherited.hpp"

namespace sockstep::capture {

namespace {

constexpr std::uint32_t least_buffer = 2U * 1024 * 1024;
constexpr int wait_for_more = 10;   // milliseconds that the kernel may collect frames before it shows them
constexpr int most_at_once = 4096;  // frames
constexpr const char* all_interfaces = "any";

std::string names_of_interfaces() {
    std::string names;
    for (const Interface& interface : list_interfaces()) {
        names += (names.empty() ? "" : ", ") + interface.name;
    }
    return names;
}

/// What pcap_activate() said, as an exception. Source: pcap_activate(3PCAP).
[[noreturn]] void throw_refusal(int status, const std::string& interface, const std::string& text) {
    switch (status) {
        case PCAP_ERROR_PERM_DENIED:
        case PCAP_ERROR_PROMISC_PERM_DENIED:
            throw CaptureError{EPERM, interface};
        case PCAP_ERROR_NO_SUCH_DEVICE:
            throw CaptureError{ENODEV, interface, fmt::format("there are {}", names_of_interfaces())};
        case PCAP_ERROR_IFACE_NOT_UP:
            throw CaptureError{ENETDOWN, interface};
        default:
            throw CaptureError{EIO, interface, text.empty() ? pcap_statustostr(status) : text};
    }
}

/// IFF_UP and others; nothing, and errno set, if there is no such interface.
std::optional<unsigned> flags_of(const std::string& interface, int socket) {
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    if (::ioctl(socket, SIOCGIFFLAGS, &request) == -1) {
        return std::nullopt;
    }
    return static_cast<unsigned>(request.ifr_flags);
}

/// What one call of dispatch() carries through libpcap.
struct Delivery {
    pcap_t* handle;
    const std::function<void(const record::Frame&)>* take;
    record::Frame frame;
    bool nanoseconds = true;
    std::exception_ptr thrown;
};

/// Called by libpcap, through which no exception may pass.
void deliver(u_char* user, const pcap_pkthdr* header, const u_char* octets) {
    auto& delivery = *reinterpret_cast<Delivery*>(user);
    if (delivery.thrown) {
        return;
    }
    record::Frame& frame = delivery.frame;
    ++frame.number;
    const std::int64_t unit = delivery.nanoseconds ? 1 : 1000;
    frame.time = base::Timestamp{std::chrono::seconds{header->ts.tv_sec} + base::Duration{header->ts.tv_usec * unit}};
    frame.wire_length = header->len;
    frame.bytes = {octets, header->caplen};
    try {
        (*delivery.take)(frame);
    } catch (...) {
        delivery.thrown = std::current_exception();
        pcap_breakloop(delivery.handle);
    }
}

/// True if `program` asks what only the kernel knows: the direction or the interface of a frame that does not carry
/// them (as those of "any" do). libpcap 1.10.3 hands the first frames of a capture to its own interpreter, which can
/// answer for VLAN tags alone and says no to all else, so such frames would be missing without a word. Source: libpcap,
/// pcap-linux.c (blocks_to_filter_in_userland) and bpf_filter.c (pcapint_filter_with_aux_data).
bool asks_only_the_kernel(const bpf_program& program) {
    constexpr auto ancillary = static_cast<std::uint32_t>(SKF_AD_OFF);
    const std::span instructions{program.bf_insns, program.bf_len};
    return std::ranges::any_of(instructions, [](const bpf_insn& instruction) {
        const bool loads = BPF_CLASS(instruction.code) == BPF_LD && BPF_MODE(instruction.code) == BPF_ABS;
        const std::uint32_t what = instruction.k - ancillary;
        return loads && instruction.k >= ancillary && what != SKF_AD_VLAN_TAG && what != SKF_AD_VLAN_TAG_PRESENT;
    });
}

}  // namespace

CaptureError::CaptureError(int error, const std::string& interface, const std::string& detail)
    : std::system_error{error, std::generic_category(),
                        fmt::format("capture on {}{}", interface, detail.empty() ? "" : " (" + detail + ")")},
      interface_{interface} {}

void Live::Close::operator()(pcap* handle) const {
    pcap_close(handle);
}

Live::Live(const LiveOptions& options)
    : interface_{options.interface}, buffer_{options.buffer}, handle_{activate_with_largest_buffer(options, buffer_)} {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    if (pcap_setnonblock(handle_.get(), 1, error.data()) != 0) {
        throw CaptureError{EIO, interface_, error.data()};
    }
    if (interface_ == all_interfaces) {
        pcap_set_datalink(handle_.get(), DLT_LINUX_SLL2);  // tells the interface of each frame; if not, then not
    }
    ignore_outgoing_on_loopback();
    set_filter(options.filter);
}

Live::Handle Live::activate_with_largest_buffer(const LiveOptions& options, std::uint32_t& buffer) {
    for (;;) {
        try {
            return activate(options, buffer);
        } catch (const CaptureError& refused) {
            if (refused.code() != std::errc::io_error || buffer / 2 < least_buffer) {
                throw;
            }
            buffer /= 2;
        }
    }
}

/// Not in immediate mode: there libpcap chooses TPACKET_V2, whose buffer has a slot of the snap length for each frame,
/// while TPACKET_V3 packs frames one behind the other.
Live::Handle Live::activate(const LiveOptions& options, std::uint32_t buffer) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    Handle handle{pcap_create(options.interface.c_str(), error.data())};
    if (handle == nullptr) {
        throw CaptureError{EIO, options.interface, error.data()};
    }
    pcap_set_snaplen(handle.get(), static_cast<int>(options.snaplen));
    pcap_set_buffer_size(handle.get(), static_cast<int>(buffer));
    pcap_set_promisc(handle.get(), options.promiscuous ? 1 : 0);
    pcap_set_timeout(handle.get(), wait_for_more);
    pcap_set_tstamp_precision(handle.get(), PCAP_TSTAMP_PRECISION_NANO);  // if not, then microseconds
    const NotInherited opened;
    const int status = pcap_activate(handle.get());
    if (status < 0) {
        throw_refusal(status, options.interface, pcap_geterr(handle.get()));
    }
    return handle;
}

/// There is always a filter, if only an empty one: without one the kernel ignores the snap length.
void Live::set_filter(const std::string& expression) {
    constexpr int optimize = 1;
    bpf_program program{};
    if (pcap_compile(handle_.get(), &program, expression.c_str(), optimize, PCAP_NETMASK_UNKNOWN) != 0) {
        throw BadFilter{pcap_geterr(handle_.get())};
    }
    if (asks_only_the_kernel(program)) {
        pcap_freecode(&program);
        throw BadFilter{"a frame on " + interface_ +
                        " does not tell its direction or interface (inbound, outbound, ifindex); on \"any\" it does"};
    }
    const int status = pcap_setfilter(handle_.get(), &program);
    pcap_freecode(&program);
    if (status != 0) {
        throw CaptureError{EIO, interface_, pcap_geterr(handle_.get())};
    }
}

/// The kernel shows each frame of a loopback interface twice, as it leaves and as it arrives. libpcap leaves out the
/// first anyway; told to the kernel (packet(7); since Linux 4.20), half the buffer is saved, and drops are not counted
/// twice.
void Live::ignore_outgoing_on_loopback() {
    if ((flags_of(interface_, fd()).value_or(0) & static_cast<unsigned>(IFF_LOOPBACK)) != 0) {
        const int yes = 1;
        static_cast<void>(::setsockopt(fd(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes));
    }
}

int Live::fd() const {
    return pcap_get_selectable_fd(handle_.get());
}

std::size_t Live::dispatch(const std::function<void(const record::Frame&)>& take) {
    Delivery delivery{handle_.get(), &take, {}, true, nullptr};
    delivery.nanoseconds = pcap_get_tstamp_precision(handle_.get()) == PCAP_TSTAMP_PRECISION_NANO;
    delivery.frame.link = link();
    delivery.frame.number = frames_;
    const int status = pcap_dispatch(handle_.get(), most_at_once, deliver, reinterpret_cast<u_char*>(&delivery));
    const std::uint64_t count = delivery.frame.number - std::exchange(frames_, delivery.frame.number);
    if (delivery.thrown) {
        std::rethrow_exception(delivery.thrown);
    }
    if (count == 0) {
        check_is_up();
    }
    if (status == PCAP_ERROR) {
        throw CaptureError{EIO, interface_, pcap_geterr(handle_.get())};
    }
    return count;
}

Statistics Live::statistics() const {
    pcap_stat counted{};
    if (pcap_stats(handle_.get(), &counted) != 0) {
        throw CaptureError{EIO, interface_, pcap_geterr(handle_.get())};
    }
    return {frames_, counted.ps_drop, counted.ps_ifdrop};
}

/// In memory libpcap has numbers of its own (DLT_) for some link types; of those that interfaces have, only this one
/// differs from the number in files. Source: libpcap, pcap-common.c.
base::LinkType Live::link() const {
    const int dlt = pcap_datalink(handle_.get());
    return dlt == DLT_RAW ? base::LinkType::Raw : static_cast<base::LinkType>(dlt);
}

/// libpcap keeps silent when an interface goes down, in case that it comes up again.
void Live::check_is_up() const {
    if (interface_ == all_interfaces) {
        return;
    }
    const auto flags = flags_of(interface_, fd());
    if (!flags) {
        throw CaptureError{errno, interface_};
    }
    if ((*flags & static_cast<unsigned>(IFF_UP)) == 0) {
        throw CaptureError{ENETDOWN, interface_};
    }
}

}  // namespace sockstep::capture
