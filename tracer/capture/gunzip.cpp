// tracer/capture/gunzip.cpp - zlib's inflate, fed from a source.
#include "capture/gunzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace sockstep::capture {

namespace {

constexpr std::size_t buffer_size = 256UL * 1024;
constexpr int gzip_wrapper = 16 + MAX_WBITS;  // zlib.h, inflateInit2: expect a gzip header and check its CRC

}  // namespace

bool begins_as_gzip(base::Bytes front) {
    return front.size() >= 2 && front[0] == 0x1f && front[1] == 0x8b;
}

void Gunzip::Close::operator()(z_stream_s* stream) const {
    inflateEnd(stream);
    delete stream;
}

Gunzip::Gunzip(Source compressed, base::Bytes front)
    : compressed_{std::move(compressed)}, buffer_(front.begin(), front.end()), stream_{new z_stream_s{}} {
    if (inflateInit2(stream_.get(), gzip_wrapper) != Z_OK) {
        throw std::bad_alloc{};
    }
    buffer_.resize(std::max(buffer_.size(), buffer_size));
    stream_->next_in = buffer_.data();
    stream_->avail_in = static_cast<uInt>(front.size());
}

std::optional<std::size_t> Gunzip::read(std::span<std::uint8_t> into) {
    while (state_ != State::Ended) {
        if (state_ == State::InMember) {
            if (const std::size_t count = inflate_some(into); count > 0) {
                return count;
            }
        }
        if (stream_->avail_in == 0 && state_ != State::Ended) {
            const auto count = compressed_(buffer_);
            if (!count) {
                return std::nullopt;
            }
            if (*count == 0) {
                end(state_ == State::InMember ? "the gzip data is cut here" : "");
            }
            stream_->next_in = buffer_.data();
            stream_->avail_in = static_cast<uInt>(*count);
        }
        if (state_ == State::BetweenMembers) {
            begin_member();
        }
    }
    return 0;
}

std::size_t Gunzip::inflate_some(std::span<std::uint8_t> into) {
    const std::size_t room = std::min<std::size_t>(into.size(), std::numeric_limits<uInt>::max());
    stream_->next_out = into.data();
    stream_->avail_out = static_cast<uInt>(room);
    const int status = inflate(stream_.get(), Z_SYNC_FLUSH);
    if (status == Z_MEM_ERROR) {
        throw std::bad_alloc{};
    }
    if (status == Z_STREAM_END) {
        state_ = State::BetweenMembers;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {  // Z_BUF_ERROR: it needs more input, or more room
        end(fmt::format("the gzip data is damaged here: {}",
                        stream_->msg == nullptr ? "no reason given" : stream_->msg));
    }
    return room - stream_->avail_out;
}

/// RFC 1952 section 2.2: "A gzip file consists of a series of members". Zeros after the last one are the padding of
/// tapes and block devices, which gzip(1) ignores too.
void Gunzip::begin_member() {
    while (stream_->avail_in > 0 && *stream_->next_in == 0) {
        ++stream_->next_in;
        --stream_->avail_in;
    }
    if (stream_->avail_in == 0) {
        return;
    }
    if (*stream_->next_in != 0x1f) {
        end("after the gzip data come octets that are not gzip data");
        return;
    }
    inflateReset(stream_.get());
    state_ = State::InMember;
}

void Gunzip::end(std::string damage) {
    damage_ = std::move(damage);
    state_ = State::Ended;
}

}  // namespace sockstep::capture
