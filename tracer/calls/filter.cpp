// tracer/calls/filter.cpp - built by libseccomp, exported as BPF, because a forked child may not allocate.
#include "calls/filter.hpp"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "calls/call_table.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"

namespace sockstep::calls {

namespace {

constexpr std::uint64_t low_half = 0xFFFFFFFF;  // the kernel takes these arguments as 32 bits

struct Release {
    void operator()(void* filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

/// libseccomp returns a negative errno.
void check_rule(int result) {
    if (result < 0) {
        errno = -result;
        os::throw_errno("seccomp_rule_add");
    }
}

void add(const Filter& filter, std::size_t row, int number, const scmp_arg_cmp* comparison) {
    const auto action = static_cast<std::uint32_t>(SCMP_ACT_TRACE(row));
    check_rule(::seccomp_rule_add_array(filter.get(), action, number, comparison == nullptr ? 0 : 1, comparison));
}

void add_equal(const Filter& filter, std::size_t row, int number, unsigned argument, std::uint64_t value) {
    const scmp_arg_cmp comparison{argument, SCMP_CMP_MASKED_EQ, low_half, value};
    add(filter, row, number, &comparison);
}

/// Arguments are compared where most calls of a kind do not matter, so that those do not stop.
void add_row(const Filter& filter, std::size_t row, int number) {
    switch (number) {
        case SYS_fcntl:
            add_equal(filter, row, number, 1, F_DUPFD);
            add_equal(filter, row, number, 1, F_DUPFD_CLOEXEC);
            add_equal(filter, row, number, 1, F_SETFL);
            return;
        case SYS_ioctl:
            add_equal(filter, row, number, 1, FIONBIO);
            add_equal(filter, row, number, 1, FIONREAD);
            return;
        case SYS_rt_sigaction: {
            const scmp_arg_cmp sets{1, SCMP_CMP_NE, 0, 0};
            add(filter, row, number, &sets);
            return;
        }
        case SYS_unshare: {
            const scmp_arg_cmp files{0, SCMP_CMP_MASKED_EQ, CLONE_FILES, CLONE_FILES};
            add(filter, row, number, &files);
            return;
        }
        default:
            add(filter, row, number, nullptr);
    }
}

std::vector<sock_filter> exported(const Filter& filter) {
    const os::Fd memory{os::check(::memfd_create("filter", MFD_CLOEXEC), "memfd_create")};
    check_rule(::seccomp_export_bpf(filter.get(), memory.value()));
    const auto size = static_cast<std::size_t>(os::check(::lseek(memory.value(), 0, SEEK_END), "lseek"));
    std::vector<sock_filter> program(size / sizeof(sock_filter));
    if (os::check(::pread(memory.value(), program.data(), size, 0), "pread") != static_cast<ssize_t>(size)) {
        errno = EIO;
        os::throw_errno("read the seccomp filter");
    }
    return program;
}

}  // namespace

std::vector<sock_filter> make_filter() {
    const Filter filter{::seccomp_init(SCMP_ACT_ALLOW)};
    if (filter == nullptr) {
        errno = ENOMEM;
        os::throw_errno("seccomp_init");
    }
    check_rule(::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW));
    check_rule(::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));  // a binary tree instead of a list
    const std::span<const Row> rows = call_table();
    for (std::size_t row = 0; row < rows.size(); ++row) {
        add_row(filter, row, rows[row].number);
    }
    return exported(filter);
}

}  // namespace sockstep::calls
