#include <array>

#include <fmt/format.h>

#include "collect/host_parts.h"
#include "collect/words.h"

namespace keepwatch::collect {
namespace {

using enum PageWriter::Type;

constexpr std::array<std::string_view, 8> kModes{"user",   "nice", "system",  "idle",
                                                 "iowait", "irq",  "softirq", "steal"};

// The lines `cpu0 user nice …`; that of all processors together is left to the reader's sum().
template <class Each> void for_each_cpu(std::string_view stat, Each each) {
    while (!stat.empty()) {
        const auto words = words_of(take_line(stat));
        if (words.size() < 2 || !words[0].starts_with("cpu") || words[0] == "cpu") continue;
        each(words[0].substr(3), words);
    }
}

void write_cpu_times(std::string_view stat, double ticks_per_second, PageWriter& page) {
    page.metric("node_cpu_seconds_total", Counter, "Seconds the CPUs spent in each mode.");
    for_each_cpu(stat, [&](std::string_view cpu, const auto& words) {
        for (std::size_t i = 0; i < kModes.size() && i + 1 < words.size(); ++i)
            if (const auto ticks = number_of(words[i + 1]))
                page.sample({{"cpu", cpu}, {"mode", kModes[i]}}, *ticks / ticks_per_second);
    });
}

struct Single {
    std::string_view key;
    std::string_view name;
    PageWriter::Type type;
    std::string_view help;
};
constexpr std::array<Single, 6> kSingles{{
    {"intr", "node_intr_total", Counter, "Total number of interrupts serviced."},
    {"ctxt", "node_context_switches_total", Counter, "Total number of context switches."},
    {"btime", "node_boot_time_seconds", Gauge, "Node boot time, in unixtime."},
    {"processes", "node_forks_total", Counter, "Total number of forks."},
    {"procs_running", "node_procs_running", Gauge, "Number of processes in runnable state."},
    {"procs_blocked", "node_procs_blocked", Gauge,
     "Number of processes blocked waiting for I/O to complete."},
}};

} // namespace

void write_stat(std::string_view stat, double ticks_per_second, PageWriter& page) {
    write_cpu_times(stat, ticks_per_second, page);
    for (const auto& [key, name, type, help] : kSingles)
        if (const auto value = value_after(stat, key)) page.single(name, type, help, *value);
}

void write_loadavg(std::string_view loadavg, PageWriter& page) {
    constexpr std::array<std::string_view, 3> names{"node_load1", "node_load5", "node_load15"};
    constexpr std::array<std::string_view, 3> helps{"1m load average.", "5m load average.",
                                                    "15m load average."};
    const auto words = words_of(take_line(loadavg));
    for (std::size_t i = 0; i < names.size() && i < words.size(); ++i)
        if (const auto load = number_of(words[i])) page.single(names[i], Gauge, helps[i], *load);
}

// Lines such as `some avg10=0.12 avg60=0.10 avg300=0.08 total=123456`, in microseconds.
// https://docs.kernel.org/accounting/psi.html
void write_pressure(std::string_view resource, std::string_view pressure, PageWriter& page) {
    while (!pressure.empty()) {
        const auto words = words_of(take_line(pressure));
        if (words.size() < 2 || !words.back().starts_with("total=")) continue;
        const auto micros = number_of(words.back().substr(6));
        const bool some = words[0] == "some";
        // That all wait for a processor makes no sense for the machine, and reads as zero.
        if (!micros || (!some && (words[0] != "full" || resource == "cpu"))) continue;
        page.single(fmt::format("node_pressure_{}_{}_seconds_total", resource,
                                some ? "waiting" : "stalled"),
                    Counter,
                    fmt::format("Total time in seconds that {} have waited for {}.",
                                some ? "processes" : "all processes", resource),
                    *micros / 1e6);
    }
}

// `allocated  free  maximum`
void write_file_nr(std::string_view file_nr, PageWriter& page) {
    const auto words = words_of(take_line(file_nr));
    if (words.size() < 3) return;
    if (const auto allocated = number_of(words[0]))
        page.single("node_filefd_allocated", Gauge, "File descriptors in use.", *allocated);
    if (const auto maximum = number_of(words[2]))
        page.single("node_filefd_maximum", Gauge, "File descriptors at most.", *maximum);
}

void write_timex(const ClockState& state, PageWriter& page) {
    page.single("node_timex_sync_status", Gauge, "Is clock synchronized to a reliable server.",
                state.synchronised ? 1 : 0);
    page.single("node_timex_offset_seconds", Gauge,
                "Time offset in between local system and reference clock.", state.offset_seconds);
    page.single("node_timex_maxerror_seconds", Gauge, "Maximum error in seconds.",
                state.maxerror_seconds);
    page.single("node_timex_estimated_error_seconds", Gauge, "Estimated error in seconds.",
                state.esterror_seconds);
}

void write_uname(const SystemName& name, PageWriter& page) {
    page.metric("node_uname_info", Gauge, "Labelled system information as provided by uname.");
    page.sample({{"domainname", name.domainname},
                 {"machine", name.machine},
                 {"nodename", name.nodename},
                 {"release", name.release},
                 {"sysname", name.sysname},
                 {"version", name.version}},
                1);
}

} // namespace keepwatch::collect
