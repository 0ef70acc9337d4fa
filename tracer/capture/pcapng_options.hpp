// tracer/capture/pcapng_options.hpp - the options at the end of a pcapng block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "capture/byte_order.hpp"

namespace sockstep::capture {

/// One option; it views its block.
struct Option {
    std::uint16_t code = 0;
    base::Bytes value;
};

/// Steps through options. Source: draft-ietf-opsawg-pcapng section 3.5.
class OptionReader {
public:
    OptionReader(base::Bytes options, ByteOrder order) : options_{options}, order_{order} {}

    /// The next option; nothing after the last one, or at one that is longer than what is left.
    std::optional<Option> next();

    /// True if next() stopped at an option that runs past the end, which begins at offset().
    bool overrun() const { return overrun_; }
    /// Where in the options the next one begins.
    std::size_t offset() const { return offset_; }

private:
    base::Bytes options_;
    ByteOrder order_;
    std::size_t offset_ = 0;
    bool overrun_ = false;
};

}  // namespace sockstep::capture
