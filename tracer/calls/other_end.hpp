// tracer/calls/other_end.hpp - the descriptor at the other end of sendfile and splice: a file, or a pipe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sockstep::calls {

/// What a file has from one place on.
struct FileRest {
    std::uint64_t octets = 0;
    std::string data{};  // the first of them, at most record::most_data
};

/// `copy` of a program's descriptor; `offset`: as sendfile() was given it, absent: the file's own. Nothing changes.
/// Absent if it is no regular file, or one whose size says nothing: those of /proc.
std::optional<FileRest> file_rest(int copy, std::optional<std::int64_t> offset);

/// A pipe that has nothing to read, or no room to write: a splice() sleeps for it, whatever its socket has.
bool pipe_is_waited_for(int copy, bool to_read);

}  // namespace sockstep::calls
