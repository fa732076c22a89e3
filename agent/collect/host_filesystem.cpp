#include <algorithm>
#include <array>
#include <map>

#include "collect/host_parts.h"
#include "collect/words.h"

namespace keepwatch::collect {
namespace {

using enum PageWriter::Type;

// Local filesystems that hold data. A list of what is known to answer at once, and not of what may
// hang: there will always be one more of those.
constexpr std::array<std::string_view, 16> kLocal{
    "bcachefs", "btrfs", "exfat",  "ext2",  "ext3",     "ext4", "f2fs", "jfs",
    "msdos",    "ntfs3", "nilfs2", "tmpfs", "reiserfs", "vfat", "xfs",  "zfs"};

constexpr std::array<std::string_view, 6> kPassedOver{"/dev", "/proc",           "/run/credentials",
                                                      "/sys", "/var/lib/docker", "/run/user"};

bool lies_in(std::string_view path, std::string_view folder) {
    return path == folder ||
           (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

// White space and backslashes are written as three octal digits.
std::string unescaped(std::string_view word) {
    std::string text;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const auto code =
            word[i] == '\\' ? integer_of<unsigned>(word.substr(i + 1, 3), 8) : std::nullopt;
        if (code && *code < 256 && i + 3 < word.size()) {
            text += static_cast<char>(*code);
            i += 3;
        } else {
            text += word[i];
        }
    }
    return text;
}

bool has_option(std::string_view options, std::string_view option) {
    while (!options.empty()) {
        const auto end = std::min(options.find(','), options.size());
        if (options.substr(0, end) == option) return true;
        options.remove_prefix(std::min(end + 1, options.size()));
    }
    return false;
}

struct FilesystemMetric {
    std::string_view name;
    std::string_view help;
    double Usage::* value;
};
constexpr std::array<FilesystemMetric, 5> kMetrics{{
    {"node_filesystem_size_bytes", "Filesystem size in bytes.", &Usage::size},
    {"node_filesystem_free_bytes", "Filesystem free space in bytes.", &Usage::free},
    {"node_filesystem_avail_bytes", "Filesystem space available to non-root users in bytes.",
     &Usage::avail},
    {"node_filesystem_files", "Filesystem total file nodes.", &Usage::files},
    {"node_filesystem_files_free", "Filesystem total free file nodes.", &Usage::files_free},
}};

void write_sample(const Mount& mount, double value, PageWriter& page) {
    page.sample(
        {{"device", mount.device}, {"fstype", mount.fstype}, {"mountpoint", mount.mountpoint}},
        value);
}

} // namespace

std::vector<Mount> local_mounts(std::string_view mounts) {
    std::map<std::string, Mount> found; // Of several on one folder only the last can be reached.
    while (!mounts.empty() && found.size() < kDevicesMax) {
        const auto words = words_of(take_line(mounts));
        if (words.size() < 4) continue;
        auto mountpoint = unescaped(words[1]);
        found.erase(mountpoint);
        if (std::find(kLocal.begin(), kLocal.end(), words[2]) == kLocal.end()) continue;
        const bool passed_over =
            std::any_of(kPassedOver.begin(), kPassedOver.end(),
                        [&](std::string_view folder) { return lies_in(mountpoint, folder); });
        if (passed_over) continue;
        found[mountpoint] = {unescaped(words[0]), mountpoint, std::string(words[2]),
                             has_option(words[3], "ro")};
    }
    std::vector<Mount> list;
    for (auto& [mountpoint, mount] : found) list.push_back(std::move(mount));
    return list;
}

void write_filesystems(const std::vector<MountUsage>& filesystems, PageWriter& page) {
    for (const auto& metric : kMetrics) {
        page.metric(metric.name, Gauge, metric.help);
        for (const auto& [mount, usage] : filesystems)
            if (usage.known) write_sample(mount, usage.*metric.value, page);
    }
    page.metric("node_filesystem_readonly", Gauge, "Filesystem read-only status.");
    for (const auto& filesystem : filesystems)
        write_sample(filesystem.mount, filesystem.mount.read_only ? 1 : 0, page);
    page.metric("node_filesystem_device_error", Gauge,
                "Whether an error occurred while getting statistics for the given device.");
    for (const auto& filesystem : filesystems)
        write_sample(filesystem.mount, filesystem.usage.known ? 0 : 1, page);
}

} // namespace keepwatch::collect
