// tracer/calls/other_end.cpp - fstat, pread and poll on a copy.
#include "calls/other_end.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "record/call.hpp"

namespace sockstep::calls {

std::optional<FileRest> file_rest(int copy, std::optional<std::int64_t> offset) {
    struct stat file {};
    if (::fstat(copy, &file) == -1 || !S_ISREG(file.st_mode) || file.st_size == 0) {
        return std::nullopt;
    }
    const std::int64_t at = offset ? *offset : ::lseek(copy, 0, SEEK_CUR);
    if (at < 0 || at >= file.st_size) {
        return FileRest{};
    }
    FileRest rest{static_cast<std::uint64_t>(file.st_size - at), std::string(record::most_data, '\0')};
    const ssize_t count = ::pread(copy, rest.data.data(), rest.data.size(), at);
    rest.data.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return rest;
}

bool pipe_is_waited_for(int copy, bool to_read) {
    struct stat file {};
    if (::fstat(copy, &file) == -1 || !S_ISFIFO(file.st_mode)) {
        return false;
    }
    pollfd asked{copy, static_cast<short>(to_read ? POLLIN : POLLOUT), 0};
    return ::poll(&asked, 1, 0) == 0;
}

}  // namespace sockstep::calls
