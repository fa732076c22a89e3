#include <array>
#include <set>

#include "collect/host_parts.h"
#include "collect/words.h"

namespace keepwatch::collect {
namespace {

using enum PageWriter::Type;

struct DiskMetric {
    std::size_t field; // Counted from 0 behind the device's name.
    double factor;
    std::string_view name;
    PageWriter::Type type;
    std::string_view help;
};
constexpr double kSectorBytes = 512; // Of the kernel's counting, whatever the disk's are.
constexpr double kMilli = 1e-3;
// https://docs.kernel.org/admin-guide/iostats.html
constexpr std::array<DiskMetric, 15> kDiskMetrics{{
    {0, 1, "node_disk_reads_completed_total", Counter, "Reads completed successfully."},
    {1, 1, "node_disk_reads_merged_total", Counter, "Reads merged."},
    {2, kSectorBytes, "node_disk_read_bytes_total", Counter, "Bytes read successfully."},
    {3, kMilli, "node_disk_read_time_seconds_total", Counter, "Seconds spent by all reads."},
    {4, 1, "node_disk_writes_completed_total", Counter, "Writes completed successfully."},
    {5, 1, "node_disk_writes_merged_total", Counter, "Writes merged."},
    {6, kSectorBytes, "node_disk_written_bytes_total", Counter, "Bytes written successfully."},
    {7, kMilli, "node_disk_write_time_seconds_total", Counter, "Seconds spent by all writes."},
    {8, 1, "node_disk_io_now", Gauge, "I/Os currently in progress."},
    {9, kMilli, "node_disk_io_time_seconds_total", Counter, "Seconds spent doing I/Os."},
    {10, kMilli, "node_disk_io_time_weighted_seconds_total", Counter,
     "Weighted seconds spent doing I/Os."},
    {11, 1, "node_disk_discards_completed_total", Counter, "Discards completed successfully."},
    {14, kMilli, "node_disk_discard_time_seconds_total", Counter, "Seconds spent by all discards."},
    {15, 1, "node_disk_flush_requests_total", Counter, "Flush requests completed successfully."},
    {16, kMilli, "node_disk_flush_requests_time_seconds_total", Counter,
     "Seconds spent by all flush requests."},
}};

std::string_view without_digits(std::string_view text) {
    while (!text.empty() && text.back() >= '0' && text.back() <= '9') text.remove_suffix(1);
    return text;
}

// Memory, loops and partitions, as node_exporter leaves them out: their disks are there.
bool is_whole_disk(std::string_view device) {
    const auto stem = without_digits(device);
    if (stem == "ram" || stem == "zram" || stem == "loop" || stem == "fd") return false;
    if (stem == device) return true; // sda, vdb.
    if (device.starts_with("nvme") || device.starts_with("mmcblk")) return !stem.ends_with('p');
    for (const std::string_view kind : {"hd", "sd", "vd", "xvd"})
        if (stem.starts_with(kind) && stem.size() > kind.size()) return false;
    return true; // dm-0, md127, sr0.
}

struct Disk {
    std::string_view device;
    std::vector<std::string_view> words;
};

std::vector<Disk> disks_of(std::string_view diskstats) {
    constexpr std::size_t before_fields = 3; // Major, minor, name.
    std::vector<Disk> disks;
    std::set<std::string_view> seen;
    while (!diskstats.empty() && disks.size() < kDevicesMax) {
        auto words = words_of(take_line(diskstats));
        if (words.size() < before_fields + 11 || !is_whole_disk(words[2])) continue;
        if (!seen.insert(words[2]).second) continue;
        const auto device = words[2];
        words.erase(words.begin(), words.begin() + before_fields);
        disks.push_back({device, std::move(words)});
    }
    return disks;
}

} // namespace

void write_diskstats(std::string_view diskstats, PageWriter& page) {
    const auto disks = disks_of(diskstats);
    for (const auto& metric : kDiskMetrics) {
        page.metric(metric.name, metric.type, metric.help);
        for (const auto& [device, words] : disks) {
            if (metric.field >= words.size()) continue;
            if (const auto value = number_of(words[metric.field]))
                page.sample({{"device", device}}, *value * metric.factor);
        }
    }
}

} // namespace keepwatch::collect
