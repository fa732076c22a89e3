#include "collect/host_page.h"

#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fmt/format.h>

#include "collect/host_parts.h"
#include "collect/proc_file.h"
#include "collect/words.h"

namespace keepwatch::collect {
namespace {

using enum PageWriter::Type;

Usage usage_of(const std::string& mountpoint) {
    struct statvfs answer{};
    Usage usage;
    if (::statvfs(mountpoint.c_str(), &answer) != 0) return usage;
    const auto block = static_cast<double>(answer.f_frsize);
    usage.known = true;
    usage.size = static_cast<double>(answer.f_blocks) * block;
    usage.free = static_cast<double>(answer.f_bfree) * block;
    usage.avail = static_cast<double>(answer.f_bavail) * block;
    usage.files = static_cast<double>(answer.f_files);
    usage.files_free = static_cast<double>(answer.f_ffree);
    return usage;
}

void write_clock(PageWriter& page) {
    timex answer{}; // With modes of 0 it only asks.
    const int status = ::adjtimex(&answer);
    if (status < 0) return;
    const double unit = (answer.status & STA_NANO) != 0 ? 1e-9 : 1e-6;
    ClockState state;
    state.synchronised = status != TIME_ERROR;
    state.offset_seconds = static_cast<double>(answer.offset) * unit;
    state.maxerror_seconds = static_cast<double>(answer.maxerror) * 1e-6;
    state.esterror_seconds = static_cast<double>(answer.esterror) * 1e-6;
    write_timex(state, page);
}

void write_name(PageWriter& page) {
    utsname name{};
    if (::uname(&name) != 0) return;
    write_uname(
        {name.sysname, name.release, name.version, name.machine, name.nodename, name.domainname},
        page);
}

} // namespace

std::string HostPage::read(std::string_view name) const {
    return read_proc_file(fmt::format("{}/{}", root_, name));
}

std::string_view HostPage::render(Timestamp now) {
    page_.clear();
    page_.single("node_time_seconds", Gauge, "System time in seconds since epoch (1970).",
                 now.seconds());
    write_stat(read("stat"), static_cast<double>(::sysconf(_SC_CLK_TCK)), page_);
    write_loadavg(read("loadavg"), page_);
    for (const std::string_view resource : {"cpu", "memory", "io"})
        write_pressure(resource, read(fmt::format("pressure/{}", resource)), page_);
    write_meminfo(read("meminfo"), page_);
    write_vmstat(read("vmstat"), page_);
    write_diskstats(read("diskstats"), page_);
    write_filesystems_of_disks();
    write_net_dev(read("self/net/dev"), page_);
    write_speeds();
    write_netstat(read("self/net/snmp"), page_);
    write_netstat(read("self/net/netstat"), page_);
    write_sockstat(read("self/net/sockstat"), page_);
    write_conntrack();
    write_file_nr(read("sys/fs/file-nr"), page_);
    write_clock(page_);
    write_name(page_);
    return page_.page();
}

void HostPage::write_conntrack() {
    const auto entries = number_of(trimmed(read("sys/net/netfilter/nf_conntrack_count")));
    const auto limit = number_of(trimmed(read("sys/net/netfilter/nf_conntrack_max")));
    if (entries)
        page_.single("node_nf_conntrack_entries", Gauge,
                     "Number of currently allocated flow entries for connection tracking.",
                     *entries);
    if (limit)
        page_.single("node_nf_conntrack_entries_limit", Gauge,
                     "Maximum size of connection tracking table.", *limit);
}

// The kernel knows the speed of real interfaces only, in megabits; -1 where there is no carrier.
void HostPage::write_speeds() {
    page_.metric("node_network_speed_bytes", Gauge, "Speed of the network device in bytes.");
    const auto net_dev = read("self/net/dev");
    for (std::string_view rest = net_dev; !rest.empty();) {
        const auto line = take_line(rest);
        const auto colon = line.rfind(':');
        if (colon == std::string_view::npos) continue;
        const auto device = trimmed(line.substr(0, colon));
        const auto text = read_proc_file(fmt::format("/sys/class/net/{}/speed", device));
        const auto megabits = number_of(trimmed(text));
        if (megabits && *megabits > 0) page_.sample({{"device", device}}, *megabits * 1e6 / 8);
    }
}

void HostPage::write_filesystems_of_disks() {
    std::vector<MountUsage> filesystems;
    for (auto& mount : local_mounts(read("self/mounts"))) {
        auto usage = usage_of(mount.mountpoint);
        filesystems.push_back({std::move(mount), usage});
    }
    write_filesystems(filesystems, page_);
}

} // namespace keepwatch::collect
