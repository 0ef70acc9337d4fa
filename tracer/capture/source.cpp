// tracer/capture/source.cpp - a file as a source of octets.
#include "capture/source.hpp"

#include <memory>

#include "os/fd.hpp"
#include "os/file.hpp"

namespace sockstep::capture {

Source file_source(const std::string& path) {
    // shared: a std::function must be copyable, a descriptor is not
    auto fd = std::make_shared<const os::Fd>(os::open_to_read(path));
    return [fd, path](std::span<std::uint8_t> into) { return os::read_some(*fd, into, path); };
}

}  // namespace sockstep::capture
