#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collect/page_writer.h"

// The parts of the machine's page. Each is a pure function of what a file of /proc says, under the
// names of node_exporter (https://github.com/prometheus/node_exporter), and leaves out what it does
// not find or understand. The files are described in proc(5).
namespace keepwatch::collect {

// Of disks and interfaces, mounts and lines each at most so many are reported.
inline constexpr std::size_t kDevicesMax = 1024;

void write_stat(std::string_view stat, double ticks_per_second, PageWriter& page);
void write_loadavg(std::string_view loadavg, PageWriter& page);
void write_pressure(std::string_view resource, std::string_view pressure, PageWriter& page);
void write_meminfo(std::string_view meminfo, PageWriter& page);
void write_vmstat(std::string_view vmstat, PageWriter& page);
void write_diskstats(std::string_view diskstats, PageWriter& page);
void write_net_dev(std::string_view net_dev, PageWriter& page);
void write_netstat(std::string_view snmp_or_netstat, PageWriter& page);
void write_sockstat(std::string_view sockstat, PageWriter& page);
void write_file_nr(std::string_view file_nr, PageWriter& page);

// A mounted filesystem that is worth asking for its size: on local disks. Virtual ones have none
// worth watching; network and user-space ones may hang whoever asks.
struct Mount {
    std::string device;
    std::string mountpoint;
    std::string fstype;
    bool read_only = false;
};
std::vector<Mount> local_mounts(std::string_view mounts);

// What statvfs answered, in bytes.
struct Usage {
    bool known = false;
    double size = 0;
    double free = 0;  // For root.
    double avail = 0; // For others.
    double files = 0;
    double files_free = 0;
};
struct MountUsage {
    Mount mount;
    Usage usage;
};
void write_filesystems(const std::vector<MountUsage>& filesystems, PageWriter& page);

// What adjtimex and uname answered.
struct ClockState {
    bool synchronised = false;
    double offset_seconds = 0;
    double maxerror_seconds = 0;
    double esterror_seconds = 0;
};
void write_timex(const ClockState& state, PageWriter& page);

struct SystemName {
    std::string sysname, release, version, machine, nodename, domainname;
};
void write_uname(const SystemName& name, PageWriter& page);

} // namespace keepwatch::collect
