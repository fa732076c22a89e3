#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Pure functions over what /proc says of processes and sockets; see proc(5).
namespace keepwatch::collect {

// The sockets that listen on the port, whatever the address, in a text such as /proc/net/tcp or
// tcp6. The kernel lists listening sockets first, so it is read only up to the first that is not,
// and a text cut anywhere behind that will do.
std::vector<std::uint64_t> listening_inodes(std::string_view net_tcp, std::uint16_t port);

// 123 of `socket:[123]`, where the link of a descriptor points.
std::optional<std::uint64_t> socket_inode(std::string_view link);

struct ProcessStat {
    char state = '?';
    double cpu_ticks = 0; // In user and kernel mode.
    double threads = 0;
    std::uint64_t start_ticks = 0; // Since boot; with the id it names a process for good.
    double resident_pages = 0;

    bool is_running() const { return state != 'Z' && state != 'X' && state != 'x'; }
};
std::optional<ProcessStat> parse_process_stat(std::string_view stat);

// The soft limit of open files in /proc/PID/limits; infinite if unlimited.
std::optional<double> parse_open_files_max(std::string_view limits);

// Arguments separated by spaces instead of zero bytes.
std::string parse_command_line(std::string cmdline);

} // namespace keepwatch::collect
