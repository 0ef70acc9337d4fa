// tracer/os/file.hpp - files and streams opened, read and written without losing an octet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "os/fd.hpp"

namespace sockstep::os {

/// Opens `path` for reading; "-" is standard input. Throws: std::system_error naming the file when it is missing, not
/// permitted, or a directory. Blocks: a named pipe, until somebody opens it for writing.
Fd open_to_read(const std::string& path);

/// Creates `path`, or empties it if it is there; "-" is standard output. Throws: std::system_error naming the file.
Fd create_file(const std::string& path);

/// Creates `path` for what is nobody else's business: mode 0600. Empties it if it is there and ours. Does not follow a
/// symbolic link, nor take a file of somebody else, who could have put either there. It can be read back, unless it is
/// a pipe. Throws: std::system_error naming the file. Blocks: a named pipe, until somebody reads it.
Fd create_private_file(const std::string& path);

/// True if both are the same file, by whatever names. False where one cannot be looked at.
bool is_same_file(const std::string& one, const std::string& other);

/// Reads what is there, at most `into.size()` octets; 0 is the end. Nothing when a signal interrupted the wait: the
/// user wants it to end. Blocks: until one octet is there. Throws: std::system_error naming `path`.
std::optional<std::size_t> read_some(const Fd& fd, std::span<std::uint8_t> into, const std::string& path);

/// Writes all of `bytes`. Blocks: until they are taken. Throws: std::system_error naming `path`, for example when the
/// disk is full; then some of them may have been written.
void write_all(const Fd& fd, base::Bytes bytes, const std::string& path);

/// True as soon as `fd` can be read without blocking (or has an error to tell), false after `milliseconds`; -1 waits
/// for ever. A signal ends the wait early, with false.
bool wait_readable(int fd, int milliseconds);

/// The descriptors that this process has open. Source: proc(5), /proc/self/fd
std::vector<int> open_descriptors();

}  // namespace sockstep::os
