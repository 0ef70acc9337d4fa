// tracer/tracefile/pcapng_file.cpp - blocks, options, and a disk that may be full.
#include "tracefile/pcapng_file.hpp"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <system_error>
#include <utility>

#include "os/file.hpp"
#include "tracefile/utf8.hpp"

namespace sockstep::tracefile {

namespace {

constexpr std::uint32_t section_header = 0x0a0d0d0a;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t enhanced_packet = 6;

constexpr std::uint16_t end_of_options = 0;
constexpr std::uint16_t opt_comment = 1;
constexpr std::uint16_t if_name = 2;
constexpr std::uint16_t if_tsresol = 9;
constexpr std::uint16_t shb_userappl = 4;

constexpr std::uint32_t snaplen = 262'144;  // equal for all interfaces: libpcap wants it so
constexpr std::size_t longest_option = 65'535;
constexpr std::size_t number_size = 4;  // of an enterprise's number
constexpr std::size_t longest_custom = 60'000;

base::Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

PcapngFile::PcapngFile(os::Fd file, std::string path, std::string_view made_by, base::LinkType link,
                       std::string_view name)
    : file_{std::move(file)}, path_{std::move(path)}, link_{link} {
    constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
    const std::size_t begin = begin_block(section_header);
    put32(byte_order_magic);
    put16(1);  // version 1.0
    put16(0);
    put32(0xffff'ffff);  // how long the section is: not known
    put32(0xffff'ffff);
    put_text_option(shb_userappl, made_by);
    put_option(end_of_options, {});
    end_block(begin);
    put_interface(name, {});
}

void PcapngFile::add_text(std::string_view name, std::string_view text) {
    put_interface(name, text);
}

void PcapngFile::put_interface(std::string_view name, std::string_view text) {
    constexpr std::array<std::uint8_t, 1> nanoseconds{9};
    const std::size_t begin = begin_block(interface_description);
    put16(static_cast<std::uint16_t>(link_));
    put16(0);
    put32(snaplen);
    put_text_option(if_name, name);
    put_option(if_tsresol, nanoseconds);
    put_custom_options(text);
    put_option(end_of_options, {});
    end_block(begin);
}

void PcapngFile::add(const record::Frame& frame, std::string_view comment, std::string_view text) {
    assert(frame.link == link_);
    const auto ticks = static_cast<std::uint64_t>(frame.time.time_since_epoch().count());
    const std::size_t begin = begin_block(enhanced_packet);
    put32(0);  // of interface 0
    put32(static_cast<std::uint32_t>(ticks >> 32U));
    put32(static_cast<std::uint32_t>(ticks));
    put32(static_cast<std::uint32_t>(frame.bytes.size()));
    put32(frame.wire_length);
    put(frame.bytes);
    pad();
    if (!comment.empty()) {
        put_text_option(opt_comment, comment);
    }
    put_custom_options(text);
    put_option(end_of_options, {});
    end_block(begin);
    last_frame_ = {written_ + begin, waiting_.size() - begin};
}

/// As many options as it takes; whoever reads puts them together again.
void PcapngFile::put_custom_options(std::string_view text) {
    while (!text.empty()) {
        const std::string_view part = text.substr(0, whole_characters(text, longest_custom));
        put16(custom_option);
        put16(static_cast<std::uint16_t>(number_size + part.size()));
        put32(enterprise);
        put(bytes_of(part));
        pad();
        text.remove_prefix(part.size());
    }
}

void PcapngFile::put_text_option(std::uint16_t code, std::string_view text) {
    put_option(code, bytes_of(text.substr(0, whole_characters(text, longest_option))));
}

void PcapngFile::put_option(std::uint16_t code, base::Bytes value) {
    put16(code);
    put16(static_cast<std::uint16_t>(value.size()));
    put(value);
    pad();
}

/// Returns where it begins among what waits.
std::size_t PcapngFile::begin_block(std::uint32_t type) {
    const std::size_t begin = waiting_.size();
    put32(type);
    put32(0);  // its length, as soon as it is known
    return begin;
}

void PcapngFile::end_block(std::size_t begin) {
    const auto length = static_cast<std::uint32_t>(waiting_.size() - begin + 4);
    std::memcpy(waiting_.data() + begin + 4, &length, sizeof length);
    put32(length);
}

/// Integers stand in this machine's byte order, which the section header tells.
void PcapngFile::put16(std::uint16_t value) {
    std::array<std::uint8_t, sizeof value> octets{};
    std::memcpy(octets.data(), &value, sizeof value);
    put(octets);
}

void PcapngFile::put32(std::uint32_t value) {
    std::array<std::uint8_t, sizeof value> octets{};
    std::memcpy(octets.data(), &value, sizeof value);
    put(octets);
}

void PcapngFile::put(base::Bytes bytes) {
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
}

void PcapngFile::pad() {
    waiting_.resize((waiting_.size() + 3) / 4 * 4);
}

void PcapngFile::flush() {
    try {
        os::write_all(file_, waiting_, path_);
    } catch (const std::system_error&) {
        waiting_.clear();
        cut_to_whole_blocks();
        throw;
    }
    written_ += waiting_.size();
    waiting_.clear();
}

/// Takes back what a failed flush may have written.
void PcapngFile::cut_to_whole_blocks() {
    if (::lseek(file_.value(), static_cast<off_t>(written_), SEEK_SET) != -1) {
        static_cast<void>(!::ftruncate(file_.value(), static_cast<off_t>(written_)));
    }
}

/// The same octets in another order, written by one call: a kill comes before or after it.
void PcapngFile::move_last_frame_to_end() {
    flush();
    if (!last_frame_ || last_frame_->begin + last_frame_->size == written_) {
        return;
    }
    std::vector<std::uint8_t> tail(written_ - last_frame_->begin);
    const auto at = static_cast<off_t>(last_frame_->begin);
    const ssize_t count = ::pread(file_.value(), tail.data(), tail.size(), at);
    if (count < 0 || static_cast<std::size_t>(count) != tail.size()) {
        return;
    }
    std::rotate(tail.begin(), tail.begin() + static_cast<std::ptrdiff_t>(last_frame_->size), tail.end());
    if (::lseek(file_.value(), at, SEEK_SET) == at) {
        os::write_all(file_, tail, path_);
    }
}

}  // namespace sockstep::tracefile
