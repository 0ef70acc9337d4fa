// tracer/capture/filter.cpp - libpcap's compiler and interpreter of filters.
#include "capture/filter.hpp"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <optional>

#include "capture/pcap_records.hpp"
#include "os/check.hpp"

namespace sockstep::capture {

namespace {

/// Every link type that decode reads, the usual one first.
constexpr std::array known_links{base::LinkType::Ethernet, base::LinkType::LinuxSll2, base::LinkType::LinuxSll,
                                 base::LinkType::Raw,      base::LinkType::Null,      base::LinkType::Loop,
                                 base::LinkType::Ipv4,     base::LinkType::Ipv6};

constexpr std::ptrdiff_t family_length = 4;

struct CloseHandle {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};

/// A handle as if a file of this link type had been opened. pcap_open_dead() would not do: for it libpcap compiles
/// "inbound" and "ifindex 3" to questions that only the kernel can answer, so that no frame of a file would ever match.
std::unique_ptr<pcap_t, CloseHandle> open_file_of(base::LinkType link) {
    // OpenBSD's number for raw IP; on Linux libpcap knows the others
    const auto number = link == base::LinkType::RawOpenBsd ? base::LinkType::Raw : link;
    std::array<std::uint32_t, 6> header{0xa1b2c3d4, 0, 0, 0, max_captured, static_cast<std::uint32_t>(number)};
    const std::array<std::uint16_t, 2> version{2, 4};
    std::memcpy(&header[1], version.data(), sizeof version);
    std::FILE* const file = ::fmemopen(header.data(), sizeof header, "r");
    if (file == nullptr) {
        os::throw_errno("fmemopen");
    }
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    std::unique_ptr<pcap_t, CloseHandle> handle{pcap_fopen_offline(file, error.data())};
    if (handle == nullptr) {
        std::fclose(file);
        throw BadFilter{error.data()};
    }
    return handle;
}

/// The family that begins a frame of a BSD's loopback is in the order of the machine that captured it; all families are
/// small numbers. libpcap asks for them in our order. Source: pcap-linktype(7), DLT_NULL
bool states_family_swapped(base::Bytes bytes) {
    std::uint32_t family = 0;
    if (bytes.size() < sizeof family) {
        return false;
    }
    std::memcpy(&family, bytes.data(), sizeof family);
    return family > 0xffff;
}

}  // namespace

void Filter::Free::operator()(bpf_program* program) const {
    pcap_freecode(program);
    delete program;
}

Filter::Filter(std::string expression) : expression_{std::move(expression)} {
    std::optional<BadFilter> first;
    for (const base::LinkType link : known_links) {
        try {
            programs_.emplace_back(link, compile(link));
            return;
        } catch (const BadFilter& bad) {
            first = first ? first : bad;
        }
    }
    throw BadFilter{*first};
}

bool Filter::matches(const record::Frame& frame) {
    const bpf_program* const program = program_for(frame.link);
    if (program == nullptr) {
        return false;
    }
    const bool is_swapped = frame.link == base::LinkType::Null && states_family_swapped(frame.bytes);
    if (is_swapped) {
        swapped_.assign(frame.bytes.begin(), frame.bytes.end());
        std::reverse(swapped_.begin(), swapped_.begin() + family_length);
    }
    const base::Bytes bytes = is_swapped ? base::Bytes{swapped_} : frame.bytes;
    pcap_pkthdr header{};
    header.caplen = static_cast<bpf_u_int32>(bytes.size());
    header.len = frame.wire_length;
    return pcap_offline_filter(program, &header, bytes.data()) != 0;
}

const bpf_program* Filter::program_for(base::LinkType link) {
    for (const auto& [compiled_for, program] : programs_) {
        if (compiled_for == link) {
            return program.get();
        }
    }
    programs_.emplace_back(link, compile(link));
    return programs_.back().second.get();
}

Filter::Program Filter::compile(base::LinkType link) const {
    const auto handle = open_file_of(link);
    if (pcap_datalink_val_to_name(pcap_datalink(handle.get())) == nullptr) {
        return nullptr;
    }
    Program program{new bpf_program{}};
    constexpr int optimize = 1;
    if (pcap_compile(handle.get(), program.get(), expression_.c_str(), optimize, PCAP_NETMASK_UNKNOWN) != 0) {
        throw BadFilter{pcap_geterr(handle.get())};
    }
    return program;
}

}  // namespace sockstep::capture
