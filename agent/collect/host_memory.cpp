#include <set>

#include <fmt/format.h>

#include "collect/host_parts.h"
#include "collect/words.h"

namespace keepwatch::collect {
namespace {

// `Active(anon):` becomes `Active_anon`; "" if that is no part of a metric's name.
std::string field_name(std::string_view word) {
    std::string name;
    if (!word.ends_with(':')) return name;
    for (const char c : word.substr(0, word.size() - 1))
        if (c != ')') name += c == '(' ? '_' : c;
    return is_plain_label_name(name) ? name : std::string();
}

bool is_wanted_of_vmstat(std::string_view key) {
    return key == "oom_kill" || key.starts_with("pgpg") || key.starts_with("pswp") ||
           key == "pgfault" || key == "pgmajfault";
}

} // namespace

void write_meminfo(std::string_view meminfo, PageWriter& page) {
    std::set<std::string> seen;
    while (!meminfo.empty() && seen.size() < kDevicesMax) {
        const auto words = words_of(take_line(meminfo));
        if (words.size() < 2) continue;
        const auto field = field_name(words[0]);
        const auto value = number_of(words[1]);
        if (field.empty() || !value || !seen.insert(field).second) continue;
        const bool kilobytes = words.size() > 2 && words[2] == "kB";
        page.single(fmt::format("node_memory_{}{}", field, kilobytes ? "_bytes" : ""),
                    PageWriter::Type::Gauge, fmt::format("Memory information field {}.", field),
                    kilobytes ? *value * 1024 : *value);
    }
}

void write_vmstat(std::string_view vmstat, PageWriter& page) {
    std::set<std::string_view> seen;
    while (!vmstat.empty()) {
        const auto words = words_of(take_line(vmstat));
        if (words.size() != 2 || !is_wanted_of_vmstat(words[0]) || !is_plain_label_name(words[0]))
            continue;
        const auto value = number_of(words[1]);
        if (!value || !seen.insert(words[0]).second) continue;
        // node_exporter calls these untyped, because not all of vmstat are counters; these are.
        page.single(fmt::format("node_vmstat_{}", words[0]), PageWriter::Type::Counter,
                    fmt::format("/proc/vmstat information field {}.", words[0]), *value);
    }
}

} // namespace keepwatch::collect
