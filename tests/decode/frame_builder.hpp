// tests/decode/frame_builder.hpp - makes the octets of TCP frames for tests, right unless asked to be wrong.
#pragma once

#include <arpa/inet.h>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/ip_address.hpp"
#include "base/link_type.hpp"

namespace sockstep::decode {

using Octets = std::vector<std::uint8_t>;

/// "10.0.0.1" or "fd00::1", read by the C library.
inline base::IpAddress address(const std::string& text) {
    Octets octets(text.find(':') == std::string::npos ? 4 : 16);
    [[maybe_unused]] const int parsed =
        ::inet_pton(octets.size() == 4 ? AF_INET : AF_INET6, text.c_str(), octets.data());
    assert(parsed == 1);
    return base::ip_address(octets);
}

inline base::Endpoint endpoint(const std::string& text, std::uint16_t port) {
    return {address(text), port};
}

/// Makes one frame:
///
///     const Octets frame = FrameBuilder{}.from("10.0.0.1", 1234).to("10.0.0.2", 80).syn().seq(1).mss(1460).bytes();
///
/// Without more it is an Ethernet frame with an empty ACK from 10.0.0.1:1234 to 10.0.0.2:80. IPv6 addresses make IPv6.
/// Lengths and checksums are right; ip_length(), data_offset() and checksum() make them wrong.
class FrameBuilder {
public:
    // Where from, where to; both addresses of the same version.
    FrameBuilder& from(const std::string& host, std::uint16_t port) { return set(source_, endpoint(host, port)); }
    FrameBuilder& to(const std::string& host, std::uint16_t port) { return set(destination_, endpoint(host, port)); }

    // The TCP header. The first flag named replaces the ACK of an unadorned frame; ack(n) adds it again.
    FrameBuilder& fin() { return flag(0x01); }
    FrameBuilder& syn() { return flag(0x02); }
    FrameBuilder& rst() { return flag(0x04); }
    FrameBuilder& psh() { return flag(0x08); }
    FrameBuilder& ack(std::uint32_t number) { return set(ack_, number).flag(0x10); }
    FrameBuilder& urg(std::uint16_t pointer) { return set(urgent_pointer_, pointer).flag(0x20); }
    FrameBuilder& ece() { return flag(0x40); }
    FrameBuilder& cwr() { return flag(0x80); }
    FrameBuilder& seq(std::uint32_t number) { return set(seq_, number); }
    FrameBuilder& window(std::uint16_t octets) { return set(window_, octets); }
    FrameBuilder& payload(std::string_view text) { return set(payload_, Octets(text.begin(), text.end())); }
    FrameBuilder& payload(std::size_t length) { return set(payload_, Octets(length, 'x')); }

    // Options, in the order of the calls; the header is filled up with NOPs (kind 1).
    FrameBuilder& mss(std::uint16_t octets) { return option({2, 4, high(octets), low(octets)}); }
    FrameBuilder& window_scale(std::uint8_t shift) { return option({3, 3, shift}); }
    FrameBuilder& sack_permitted() { return option({4, 2}); }
    FrameBuilder& sack(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& blocks) {
        option({5, static_cast<std::uint8_t>(2 + 8 * blocks.size())});
        for (const auto& [left, right] : blocks) {
            put32(options_, left);
            put32(options_, right);
        }
        return *this;
    }
    FrameBuilder& timestamps(std::uint32_t value, std::uint32_t echo_reply) {
        option({8, 10});
        put32(options_, value);
        put32(options_, echo_reply);
        return *this;
    }
    FrameBuilder& option(const Octets& octets) {  // kind, length and value, right or wrong
        put(options_, octets);
        return *this;
    }

    // What is around it.
    FrameBuilder& link(base::LinkType type) { return set(link_, type); }
    FrameBuilder& vlan(std::uint16_t id, std::uint16_t tag_type = 0x8100) {
        tags_.emplace_back(tag_type, id);
        return *this;
    }
    FrameBuilder& ip_options(const Octets& octets) { return set(ip_options_, octets); }  // a multiple of four
    FrameBuilder& extension(std::uint8_t kind, const Octets& octets) {  // its first octet, the next kind, is filled in
        extensions_.emplace_back(kind, octets);
        return *this;
    }
    FrameBuilder& ip_protocol(std::uint8_t number) { return set(protocol_, number); }
    FrameBuilder& fragment(std::uint16_t offset_in_octets, bool more) {  // IPv4; for IPv6 say extension(44, ...)
        return set(fragment_, static_cast<std::uint16_t>(offset_in_octets / 8 | (more ? 0x2000 : 0)));
    }
    FrameBuilder& padding(std::size_t octets) { return set(padding_, octets); }  // after the IP packet

    // What is wrong with it.
    FrameBuilder& ip_length(std::uint16_t octets) { return set(ip_length_, octets); }  // as the IP header states it
    FrameBuilder& data_offset(std::uint8_t words) { return set(data_offset_, words); }
    FrameBuilder& checksum(std::uint16_t field) { return set(checksum_, field); }
    FrameBuilder& checksum_not_filled_in() { return set(not_filled_in_, true); }
    /// The checksum is made for this destination, as on the way of a routing header.
    FrameBuilder& checksum_for(const std::string& host) { return set(final_destination_, address(host)); }

    Octets bytes() const {
        const Octets segment = tcp();
        Octets frame = link_header();
        put(frame, is_v4() ? ipv4_header(segment.size()) : ipv6_headers(segment.size()));
        put(frame, segment);
        frame.insert(frame.end(), padding_, 0);
        return frame;
    }

    // Where things are in bytes(); the TCP checksum is at tcp_at() + 16.
    std::size_t ip_at() const { return link_header().size(); }
    std::size_t tcp_at() const { return ip_at() + (is_v4() ? ipv4_header(0) : ipv6_headers(0)).size(); }
    std::size_t payload_at() const { return tcp_at() + tcp().size() - payload_.size(); }

private:
    template <typename Field, typename Value>
    FrameBuilder& set(Field& field, Value value) {
        field = std::move(value);
        return *this;
    }

    FrameBuilder& flag(std::uint8_t bit) {
        flags_ = static_cast<std::uint8_t>((flags_named_ ? flags_ : 0) | bit);
        flags_named_ = true;
        return *this;
    }

    static std::uint8_t high(std::size_t value) { return static_cast<std::uint8_t>(value >> 8U); }
    static std::uint8_t low(std::size_t value) { return static_cast<std::uint8_t>(value); }
    static void put(Octets& out, const Octets& octets) { out.insert(out.end(), octets.begin(), octets.end()); }
    static void put16(Octets& out, std::size_t value) { put(out, {high(value), low(value)}); }
    static void put32(Octets& out, std::uint32_t value) {
        put16(out, value >> 16U);
        put16(out, value & 0xFFFFU);
    }
    static void put_address(Octets& out, const base::IpAddress& address) {
        const std::size_t length = address.version == base::IpVersion::V4 ? 4 : 16;
        out.insert(out.end(), address.octets.begin(), address.octets.begin() + static_cast<std::ptrdiff_t>(length));
    }

    /// Word by word, as RFC 1071 defines it: slow, and another author's work than what is tested.
    static std::uint16_t ones_complement_sum(const Octets& octets) {
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < octets.size(); i += 2) {
            sum += static_cast<std::uint32_t>(octets[i] << 8U) + (i + 1 < octets.size() ? octets[i + 1] : 0U);
            sum = (sum & 0xFFFFU) + (sum >> 16U);
        }
        return static_cast<std::uint16_t>(sum);
    }

    bool is_v4() const { return source_.address.version == base::IpVersion::V4; }

    Octets pseudo_header(std::size_t segment_length) const {
        Octets header;
        put_address(header, source_.address);
        put_address(header, final_destination_.value_or(destination_.address));
        put32(header, static_cast<std::uint32_t>(segment_length));
        put32(header, 6);
        return header;
    }

    std::uint16_t make_checksum(const Octets& segment) const {
        Octets covered = pseudo_header(segment.size());
        if (not_filled_in_) {
            return ones_complement_sum(covered);
        }
        put(covered, segment);
        return static_cast<std::uint16_t>(~ones_complement_sum(covered));
    }

    Octets tcp() const {
        Octets options = options_;
        options.resize((options.size() + 3) / 4 * 4, 1);
        Octets segment;
        put16(segment, source_.port);
        put16(segment, destination_.port);
        put32(segment, seq_);
        put32(segment, ack_);
        put(segment, {static_cast<std::uint8_t>(data_offset_.value_or(low(5 + options.size() / 4)) << 4U), flags_});
        put16(segment, window_);
        put16(segment, 0);
        put16(segment, urgent_pointer_);
        put(segment, options);
        put(segment, payload_);
        const std::uint16_t checksum = checksum_.value_or(make_checksum(segment));
        segment[16] = high(checksum);
        segment[17] = low(checksum);
        return segment;
    }

    Octets ipv4_header(std::size_t segment_length) const {
        const std::size_t length = 20 + ip_options_.size();
        Octets header{low(0x40 + length / 4), 0};
        put16(header, ip_length_.value_or(static_cast<std::uint16_t>(length + segment_length)));
        put16(header, 0x1C46);  // identification
        put16(header, fragment_.value_or(0x4000));
        put(header, {64, protocol_, 0, 0});
        put_address(header, source_.address);
        put_address(header, destination_.address);
        put(header, ip_options_);
        const std::uint16_t checksum = static_cast<std::uint16_t>(~ones_complement_sum(header));
        header[10] = high(checksum);
        header[11] = low(checksum);
        return header;
    }

    Octets ipv6_headers(std::size_t segment_length) const {
        Octets extensions;
        for (std::size_t i = 0; i < extensions_.size(); ++i) {
            Octets extension = extensions_[i].second;
            extension[0] = i + 1 < extensions_.size() ? extensions_[i + 1].first : protocol_;
            put(extensions, extension);
        }
        Octets headers{0x60, 0, 0, 0};
        put16(headers, ip_length_.value_or(static_cast<std::uint16_t>(extensions.size() + segment_length)));
        put(headers, {extensions_.empty() ? protocol_ : extensions_.front().first, 64});
        put_address(headers, source_.address);
        put_address(headers, destination_.address);
        put(headers, extensions);
        return headers;
    }

    /// VLAN tags and the EtherType: the tags' types go before, what they tag after.
    std::uint16_t ethertype() const { return is_v4() ? 0x0800 : 0x86DD; }
    std::uint16_t first_type() const { return tags_.empty() ? ethertype() : tags_.front().first; }
    Octets tags() const {
        Octets octets;
        for (std::size_t i = 0; i < tags_.size(); ++i) {
            put16(octets, tags_[i].second);
            put16(octets, i + 1 < tags_.size() ? tags_[i + 1].first : ethertype());
        }
        return octets;
    }

    Octets link_header() const {
        Octets header;
        switch (link_) {
            case base::LinkType::Ethernet:
                put(header, {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1});
                put16(header, first_type());
                break;
            case base::LinkType::LinuxSll:
                put(header, {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0});
                put16(header, first_type());
                break;
            case base::LinkType::LinuxSll2:
                put16(header, first_type());
                put(header, {0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0});
                break;
            case base::LinkType::Null:
                put(header, {low(is_v4() ? 2 : 24), 0, 0, 0});
                break;
            case base::LinkType::Loop:
                put(header, {0, 0, 0, low(is_v4() ? 2 : 24)});
                break;
            case base::LinkType::Raw:
            case base::LinkType::RawBsd:
            case base::LinkType::RawOpenBsd:
            case base::LinkType::Ipv4:
            case base::LinkType::Ipv6:
                break;
        }
        put(header, tags());
        return header;
    }

    base::Endpoint source_ = endpoint("10.0.0.1", 1234);
    base::Endpoint destination_ = endpoint("10.0.0.2", 80);
    std::optional<base::IpAddress> final_destination_;
    std::uint8_t flags_ = 0x10;
    bool flags_named_ = false;
    std::uint32_t seq_ = 0;
    std::uint32_t ack_ = 0;
    std::uint16_t window_ = 64240;
    std::uint16_t urgent_pointer_ = 0;
    Octets options_;
    Octets payload_;
    std::optional<std::uint8_t> data_offset_;
    std::optional<std::uint16_t> checksum_;
    bool not_filled_in_ = false;

    base::LinkType link_ = base::LinkType::Ethernet;
    std::vector<std::pair<std::uint16_t, std::uint16_t>> tags_;
    std::uint8_t protocol_ = 6;
    Octets ip_options_;
    std::vector<std::pair<std::uint8_t, Octets>> extensions_;
    std::optional<std::uint16_t> fragment_;
    std::optional<std::uint16_t> ip_length_;
    std::size_t padding_ = 0;
};

}  // namespace sockstep::decode
