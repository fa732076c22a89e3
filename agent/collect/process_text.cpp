#include "collect/process_text.h"

#include <algorithm>
#include <limits>

#include "collect/words.h"

namespace keepwatch::collect {
namespace {

constexpr std::string_view kListening = "0A"; // TCP_LISTEN of the kernel's tcp_states.h.

} // namespace

std::vector<std::uint64_t> listening_inodes(std::string_view net_tcp, std::uint16_t port) {
    std::vector<std::uint64_t> inodes;
    take_line(net_tcp); // The titles.
    while (!net_tcp.empty()) {
        // `0: 0100007F:1B9F 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 …`
        const auto words = words_of(take_line(net_tcp));
        if (words.size() < 10 || words[3] != kListening) break;
        const auto colon = words[1].rfind(':');
        if (colon == std::string_view::npos) break;
        const auto listens_on = integer_of<std::uint16_t>(words[1].substr(colon + 1), 16);
        const auto inode = integer_of(words[9]);
        if (listens_on == port && inode) inodes.push_back(*inode);
    }
    return inodes;
}

std::optional<std::uint64_t> socket_inode(std::string_view link) {
    constexpr std::string_view prefix = "socket:[";
    if (!link.starts_with(prefix) || !link.ends_with(']')) return std::nullopt;
    return integer_of(link.substr(prefix.size(), link.size() - prefix.size() - 1));
}

std::optional<ProcessStat> parse_process_stat(std::string_view stat) {
    // The name in brackets may hold anything, brackets and spaces too; nothing behind it does.
    const auto name_end = stat.rfind(')');
    if (name_end == std::string_view::npos) return std::nullopt;
    const auto words = words_of(stat.substr(name_end + 1)); // From field 3 of proc(5) on.
    constexpr std::size_t first = 3;
    constexpr std::size_t utime = 14 - first, stime = 15 - first, num_threads = 20 - first;
    constexpr std::size_t starttime = 22 - first, rss = 24 - first;
    if (words.size() <= rss) return std::nullopt;
    const auto user = number_of(words[utime]);
    const auto kernel = number_of(words[stime]);
    const auto threads = number_of(words[num_threads]);
    const auto start = integer_of(words[starttime]);
    const auto pages = number_of(words[rss]);
    if (!user || !kernel || !threads || !start || !pages) return std::nullopt;
    ProcessStat parsed;
    parsed.state = words[0].front();
    parsed.cpu_ticks = *user + *kernel;
    parsed.threads = *threads;
    parsed.start_ticks = *start;
    parsed.resident_pages = *pages;
    return parsed;
}

std::optional<double> parse_open_files_max(std::string_view limits) {
    constexpr std::string_view title = "Max open files";
    while (!limits.empty()) {
        const auto line = take_line(limits);
        if (!line.starts_with(title)) continue;
        const auto words = words_of(line.substr(title.size()));
        if (words.empty()) return std::nullopt;
        if (words[0] == "unlimited") return std::numeric_limits<double>::infinity();
        return number_of(words[0]);
    }
    return std::nullopt;
}

std::string parse_command_line(std::string cmdline) {
    while (cmdline.ends_with('\0')) cmdline.pop_back();
    std::replace(cmdline.begin(), cmdline.end(), '\0', ' ');
    return cmdline;
}

} // namespace keepwatch::collect
