// tracer/capture/gunzip.hpp - gzip data unpacked as it comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "capture/source.hpp"

struct z_stream_s;  // zlib's state

namespace sockstep::capture {

/// True if `front` begins as gzip data does. Source: RFC 1952 section 2.3.1, ID1 and ID2.
bool begins_as_gzip(base::Bytes front);

/// A source that unpacks another one: gzip members one after the other, in memory that does not grow.
class Gunzip {
public:
    /// `front` is what has been read of `compressed` already.
    Gunzip(Source compressed, base::Bytes front);

    /// As a Source: hands out each octet as soon as the compressed data tell it.
    std::optional<std::size_t> read(std::span<std::uint8_t> into);

    /// What is wrong with the compressed data, empty if nothing is: known once read() has returned 0.
    const std::string& damage() const { return damage_; }

private:
    enum class State : std::uint8_t { InMember, BetweenMembers, Ended };

    std::size_t inflate_some(std::span<std::uint8_t> into);
    void begin_member();
    void end(std::string damage);

    struct Close {
        void operator()(z_stream_s* stream) const;
    };

    Source compressed_;
    std::vector<std::uint8_t> buffer_;
    std::unique_ptr<z_stream_s, Close> stream_;
    State state_ = State::InMember;
    std::string damage_;
};

}  // namespace sockstep::capture
