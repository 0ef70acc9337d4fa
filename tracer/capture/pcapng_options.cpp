// tracer/capture/pcapng_options.cpp - code, length, value, padding.
#include "capture/pcapng_options.hpp"

namespace sockstep::capture {

std::optional<Option> OptionReader::next() {
    constexpr std::uint16_t end_of_options = 0;
    const base::Bytes rest = options_.subspan(offset_);
    if (rest.empty() || overrun_) {
        return std::nullopt;  // opt_endofopt may be missing
    }
    if (rest.size() < 4) {
        overrun_ = true;
        return std::nullopt;
    }
    const std::uint16_t code = u16_at(rest, 0, order_);
    const std::size_t length = u16_at(rest, 2, order_);
    const std::size_t padded = (length + 3) / 4 * 4;
    if (code == end_of_options) {
        return std::nullopt;
    }
    if (padded > rest.size() - 4) {
        overrun_ = true;
        return std::nullopt;
    }
    offset_ += 4 + padded;
    return Option{code, rest.subspan(4, length)};
}

}  // namespace sockstep::capture
