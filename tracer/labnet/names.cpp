// tracer/labnet/names.cpp - mount(2) over /etc/hosts.
#include "labnet/names.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "os/check.hpp"
#include "os/fd.hpp"
#include "os/file.hpp"

namespace sockstep::labnet {

namespace {

constexpr const char* hosts_path = "/etc/hosts";
constexpr const char* cache_folder = "/run/nscd";

std::string contents(const char* path) {
    const os::Fd file = os::open_to_read(path);
    std::string text;
    std::array<std::uint8_t, 4096> octets{};
    for (;;) {
        const auto count = os::read_some(file, octets, path);
        if (count == 0U) {
            return text;
        }
        text.append(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count.value_or(0)));
    }
}

void mount_memory(const char* where) {
    os::check(::mount("tmpfs", where, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"),
              fmt::format("mount(tmpfs, {})", where).c_str());
}

}  // namespace

/// A file system in memory is mounted over /etc for as long as it takes to bind one of its files over the real
/// /etc/hosts, which an open descriptor still leads to.
void cover_hosts_file(const std::vector<Host>& hosts) {
    const std::string text = hosts_file(hosts, contents(hosts_path));
    const os::Fd covered{os::check(::open(hosts_path, O_PATH | O_CLOEXEC), "open(/etc/hosts)")};
    const std::string to_cover = fmt::format("/proc/self/fd/{}", covered.value());
    mount_memory("/etc");
    {
        const os::Fd file = os::create_file(hosts_path);
        os::check(::fchmod(file.value(), 0444), "fchmod(/etc/hosts)");
        os::write_all(file, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, hosts_path);
    }
    os::check(::mount(hosts_path, to_cover.c_str(), nullptr, MS_BIND, nullptr), "mount(MS_BIND, /etc/hosts)");
    os::check(::umount2("/etc", MNT_DETACH), "umount(/etc)");
    if (::access(cache_folder, F_OK) == 0) {
        mount_memory(cache_folder);
    }
}

}  // namespace sockstep::labnet
