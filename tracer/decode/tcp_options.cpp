// tracer/decode/tcp_options.cpp - one case for each option that sockstep explains; RFC 9293 section 3.2.
#include "decode/tcp_options.hpp"

namespace sockstep::decode {

namespace {

using base::Bytes;
using base::SeqNum;
using base::u16_at;
using base::u32_at;

/// Source: IANA, "TCP Option Kind Numbers".
enum class Kind : std::uint8_t {
    EndOfList = 0,
    NoOperation = 1,
    MaximumSegmentSize = 2,
    WindowScale = 3,
    SackPermitted = 4,
    Sack = 5,
    Timestamps = 8,
    Md5Signature = 19,
    Authentication = 29,
    Multipath = 30,
    FastOpenCookie = 34,
};

constexpr std::size_t sack_block_length = 8;

/// Whether an option of this kind may have `size` octets after its length octet.
bool is_length_of(Kind kind, std::size_t size) {
    switch (kind) {
        case Kind::EndOfList:
        case Kind::NoOperation:
            return true;  // have no length octet, and do not come here
        case Kind::MaximumSegmentSize:
            return size == 2;
        case Kind::WindowScale:
            return size == 1;
        case Kind::SackPermitted:
            return size == 0;
        case Kind::Sack:
            return size != 0 && size % sack_block_length == 0;  // the header has room for no more than four
        case Kind::Timestamps:
            return size == 8;
        case Kind::Md5Signature:
            return size == 16;
        case Kind::Authentication:
            return size >= 2;  // "The Length MUST be greater than or equal to 4": RFC 5925 section 2.2
        case Kind::Multipath:
            return size >= 1;
        case Kind::FastOpenCookie:
            return size == 0 || (size >= 4 && size <= 16);  // asks for a cookie, or holds one: RFC 7413 section 4.1.1
    }
    return true;
}

void read_sack(Bytes value, TcpOptions& options) {
    options.sack_count = static_cast<std::uint8_t>(value.size() / sack_block_length);
    for (std::size_t i = 0; i < options.sack_count; ++i) {
        const Bytes block = value.subspan(sack_block_length * i, sack_block_length);
        options.sack_blocks[i] = {SeqNum{u32_at(block, 0)}, SeqNum{u32_at(block, 4)}};
    }
}

/// REQUIRES: is_length_of(kind, value.size()).
void read_option(Kind kind, Bytes value, TcpOptions& options) {
    switch (kind) {
        case Kind::EndOfList:
        case Kind::NoOperation:
            return;
        case Kind::MaximumSegmentSize:
            options.mss = u16_at(value, 0);
            return;
        case Kind::WindowScale:
            options.window_scale = value[0];
            return;
        case Kind::SackPermitted:
            options.sack_permitted = true;
            return;
        case Kind::Sack:
            read_sack(value, options);
            return;
        case Kind::Timestamps:
            options.timestamps = {u32_at(value, 0), u32_at(value, 4)};
            return;
        case Kind::Md5Signature:
        case Kind::Authentication:
            options.signed_md5_or_ao = true;
            return;
        case Kind::Multipath:  // the subtype is the first half of the first octet; of several options the first counts
            options.mptcp_subtype = options.mptcp_subtype.value_or(static_cast<std::uint8_t>(value[0] >> 4U));
            return;
        case Kind::FastOpenCookie:
            options.fast_open = true;
            return;
    }
    // "MUST ignore without error any TCP option it does not implement": RFC 9293 section 3.1 (MUST-6)
}

}  // namespace

TcpOptions read_tcp_options(Bytes captured, std::size_t length) {
    TcpOptions options;
    std::size_t at = 0;
    while (at < captured.size()) {
        const Kind kind{captured[at]};
        if (kind == Kind::EndOfList) {
            return options;
        }
        if (kind == Kind::NoOperation) {
            ++at;
            continue;
        }
        if (at + 1 == length) {  // no room for the length octet
            options.malformed = true;
            return options;
        }
        if (at + 1 == captured.size()) {
            break;
        }
        const std::size_t size = captured[at + 1];  // counts the octets of kind and length too
        if (size < 2 || size > length - at) {
            options.malformed = true;
            return options;
        }
        if (size > captured.size() - at) {
            break;
        }
        const Bytes value = captured.subspan(at + 2, size - 2);
        if (is_length_of(kind, value.size())) {
            read_option(kind, value, options);
        } else {
            options.malformed = true;  // stepped over, as receivers do
        }
        at += size;
    }
    options.truncated = at < length;
    return options;
}

}  // namespace sockstep::decode
