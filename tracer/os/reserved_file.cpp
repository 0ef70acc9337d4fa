// tracer/os/reserved_file.cpp - opened at once, emptied only when there is something to be written.
#include "os/reserved_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "os/check.hpp"
#include "os/file.hpp"

namespace sockstep::os {

ReservedFile::ReservedFile(std::string path) : path_{std::move(path)} {
    constexpr int usual = O_WRONLY | O_CLOEXEC | O_NOCTTY;
    const std::string what = "create(" + path_ + ")";
    const int created = ::open(path_.c_str(), usual | O_CREAT | O_EXCL, 0666);
    is_new_ = created != -1;
    if (!is_new_ && errno != EEXIST) {
        throw_errno(what);
    }
    fd_ = Fd{is_new_ ? created : check(::open(path_.c_str(), usual), what.c_str())};
}

ReservedFile::~ReservedFile() {
    if (is_new_ && fd_.is_open()) {
        ::unlink(path_.c_str());
    }
}

void ReservedFile::write(base::Bytes bytes) {
    struct stat about {};
    check(::fstat(fd_.value(), &about), "fstat");
    if (S_ISREG(about.st_mode)) {
        check(::ftruncate(fd_.value(), 0), ("write(" + path_ + ")").c_str());
    }
    is_new_ = false;
    write_all(fd_, bytes, path_);
}

}  // namespace sockstep::os
