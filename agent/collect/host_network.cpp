#include <array>
#include <set>

#include <fmt/format.h>

#include "collect/host_parts.h"
#include "collect/words.h"

namespace keepwatch::collect {
namespace {

using enum PageWriter::Type;

// The columns of /proc/net/dev behind the interface's name.
constexpr std::array<std::string_view, 16> kColumns{
    "receive_bytes",  "receive_packets",  "receive_errs",       "receive_drop",
    "receive_fifo",   "receive_frame",    "receive_compressed", "receive_multicast",
    "transmit_bytes", "transmit_packets", "transmit_errs",      "transmit_drop",
    "transmit_fifo",  "transmit_colls",   "transmit_carrier",   "transmit_compressed"};

struct Interface {
    std::string_view device;
    std::vector<std::string_view> words;
};

std::vector<Interface> interfaces_of(std::string_view net_dev) {
    std::vector<Interface> interfaces;
    std::set<std::string_view> seen;
    while (!net_dev.empty() && interfaces.size() < kDevicesMax) {
        const auto line = take_line(net_dev);
        const auto colon = line.rfind(':'); // A name may hold one: eth0:1.
        if (colon == std::string_view::npos) continue;
        const auto device = trimmed(line.substr(0, colon));
        auto words = words_of(line.substr(colon + 1));
        if (device.empty() || words.size() < kColumns.size() || !seen.insert(device).second)
            continue;
        interfaces.push_back({device, std::move(words)});
    }
    return interfaces;
}

// Those few of several hundred that tell of trouble, and what to compare them with.
constexpr std::array<std::string_view, 26> kNetstat{"IpExt_InOctets",
                                                    "IpExt_OutOctets",
                                                    "TcpExt_ListenDrops",
                                                    "TcpExt_ListenOverflows",
                                                    "TcpExt_SyncookiesFailed",
                                                    "TcpExt_SyncookiesRecv",
                                                    "TcpExt_SyncookiesSent",
                                                    "TcpExt_TCPAbortOnMemory",
                                                    "TcpExt_TCPOFOQueue",
                                                    "TcpExt_TCPRcvQDrop",
                                                    "TcpExt_TCPSynRetrans",
                                                    "TcpExt_TCPTimeouts",
                                                    "Tcp_ActiveOpens",
                                                    "Tcp_AttemptFails",
                                                    "Tcp_CurrEstab",
                                                    "Tcp_EstabResets",
                                                    "Tcp_InErrs",
                                                    "Tcp_InSegs",
                                                    "Tcp_OutRsts",
                                                    "Tcp_OutSegs",
                                                    "Tcp_PassiveOpens",
                                                    "Tcp_RetransSegs",
                                                    "Udp_InErrors",
                                                    "Udp_NoPorts",
                                                    "Udp_RcvbufErrors",
                                                    "Udp_SndbufErrors"};

bool is_wanted(std::string_view name) {
    for (const auto wanted : kNetstat)
        if (wanted == name) return true;
    return false;
}

} // namespace

void write_net_dev(std::string_view net_dev, PageWriter& page) {
    const auto interfaces = interfaces_of(net_dev);
    for (std::size_t column = 0; column < kColumns.size(); ++column) {
        page.metric(fmt::format("node_network_{}_total", kColumns[column]), Counter,
                    fmt::format("Network device statistic {}.", kColumns[column]));
        for (const auto& [device, words] : interfaces)
            if (const auto value = number_of(words[column]))
                page.sample({{"device", device}}, *value);
    }
}

// Pairs of lines: `Tcp: Name Name …`, `Tcp: value value …`.
void write_netstat(std::string_view snmp_or_netstat, PageWriter& page) {
    std::set<std::string> seen;
    while (!snmp_or_netstat.empty()) {
        const auto names = words_of(take_line(snmp_or_netstat));
        const auto values = words_of(take_line(snmp_or_netstat));
        if (names.empty() || values.size() != names.size() || names[0] != values[0]) continue;
        if (!names[0].ends_with(':')) continue;
        const auto protocol = names[0].substr(0, names[0].size() - 1);
        for (std::size_t i = 1; i < names.size(); ++i) {
            const auto name = fmt::format("{}_{}", protocol, names[i]);
            const auto value = number_of(values[i]);
            if (!value || !is_wanted(name) || !seen.insert(name).second) continue;
            page.single("node_netstat_" + name, name == "Tcp_CurrEstab" ? Gauge : Counter,
                        fmt::format("Statistic {}.", name), *value);
        }
    }
}

// `TCP: inuse 5 orphan 0 tw 1 alloc 7 mem 2`
void write_sockstat(std::string_view sockstat, PageWriter& page) {
    while (!sockstat.empty()) {
        const auto words = words_of(take_line(sockstat));
        if (words.empty() || (words[0] != "TCP:" && words[0] != "sockets:")) continue;
        const auto protocol = words[0].substr(0, words[0].size() - 1);
        for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
            const auto value = number_of(words[i + 1]);
            if (!value || !is_plain_label_name(words[i])) continue;
            page.single(fmt::format("node_sockstat_{}_{}", protocol, words[i]), Gauge,
                        fmt::format("Number of {} sockets in state {}.", protocol, words[i]),
                        *value);
        }
    }
}

} // namespace keepwatch::collect
