#pragma once

#include <bit>
#include <map>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "engine/memory.h"

// Memories to be kept, and what they are worth as text, so that two can be compared.
namespace keepwatch::testing {

inline alert::Alert firing_alert(std::string_view topic) {
    constexpr std::int64_t at = 1'700'000'000'000;
    alert::Alert alert;
    alert.labels = {{"alertname", "Urp"}, {"topic", topic}, {"severity", "critical"}};
    alert.source = {{"topic", topic}};
    alert.annotations = {{"summary", "under-replicated: \xff\n\"quoted\""}};
    alert.state = alert::State::Firing;
    alert.value = 3.5;
    alert.active_at = {at};
    alert.fired_at = {at + 1};
    alert.keep_firing_since = {at + 2};
    alert.held = true;
    return alert;
}

inline engine::RememberedAlert remembered(std::string_view topic) {
    return {"Urp{severity=\"critical\"}", "Urp", alert::Scope::Cluster, firing_alert(topic)};
}

inline routing::Notification notification(const std::string& key, std::uint64_t revision,
                                          std::uint64_t settled = 0) {
    routing::Notification told;
    told.sink = "pager";
    told.key = key;
    told.revision = revision;
    told.settled = settled;
    told.alert = "Urp";
    told.group_labels = {{"alertname", "Urp"}};
    told.sop = {"KW-URP", "Title", "https://sop/KW-URP", {"first", "second"}, "0 1\n"};
    told.alerts = {firing_alert(key)};
    told.changed_at = {1'700'000'000'000};
    return told;
}

// What n commits leave: alert `tN` and notification `kN` come, and those of three commits ago go.
inline engine::Changes nth_changes(int n) {
    engine::Changes changes;
    changes.at = {1'700'000'000'100 + n};
    changes.revision = static_cast<std::uint64_t>(n);
    changes.alerts.push_back(remembered(fmt::format("t{}", n)));
    changes.notifications.push_back(
        notification(fmt::format("k{}", n), static_cast<std::uint64_t>(n)));
    if (n > 3) {
        changes.alerts_gone.push_back(remembered(fmt::format("t{}", n - 3)).key());
        changes.notifications_gone.push_back({"pager", fmt::format("k{}", n - 3)});
    }
    return changes;
}

inline engine::Chunk chunk_of(std::int64_t at, double first) {
    engine::Chunk chunk;
    chunk.at = {at};
    chunk.wanted = 0xdeadbeefdeadbeef;
    const Labels series{{"__name__", "errors"}, {"instance", "b1"}};
    chunk.sources = {
        {"page/b1", {{series, {{{at - 30}, first}, {{at - 15}, stale_marker()}, {{at}, -0.0}}}}}};
    return chunk;
}

inline std::string text_of(const alert::Alert& alert) {
    return fmt::format("{} {} {} {} {} {} {} {} {} {}", alert.labels.to_string(),
                       alert.source.to_string(), alert.annotations.to_string(),
                       static_cast<int>(alert.state), alert.value, alert.active_at.ms,
                       alert.fired_at.ms, alert.resolved_at.ms, alert.keep_firing_since.ms,
                       alert.held);
}

inline std::string text_of(const routing::Notification& told) {
    auto text = fmt::format("{} {} {} {} {} {} {} {} {}", told.revision, told.settled, told.alert,
                            told.group_labels.to_string(), told.changed_at.ms, told.sop.id,
                            told.sop.title, told.sop.url, told.sop.diagnosis);
    for (const auto& step : told.sop.steps) text += " / " + step;
    for (const auto& alert : told.alerts) text += " + " + text_of(alert);
    return text;
}

inline std::string text_of(const engine::Chunk& chunk) {
    std::string text;
    for (const auto& source : chunk.sources)
        for (const auto& series : source.series) {
            text += fmt::format("chunk {} {} {} {}:", chunk.at.ms, chunk.wanted, source.source,
                                series.labels.to_string());
            for (const auto& sample : series.samples)
                text += fmt::format(" {}={:x}", sample.t.ms,
                                    std::bit_cast<std::uint64_t>(sample.value));
            text += "\n";
        }
    return text;
}

inline std::string text_of(const engine::Memory& memory) {
    std::map<std::string, std::string> rows;
    for (const auto& known : memory.alerts)
        rows["alert " + known.rule + known.alert.labels.to_string()] = fmt::format(
            "{} {} {}", known.name, static_cast<int>(known.scope), text_of(known.alert));
    for (const auto& told : memory.notifications)
        rows["told " + told.sink + " " + told.key] = text_of(told);
    std::string text = fmt::format("{} {}\n", memory.at.ms, memory.revision);
    for (const auto& [key, row] : rows) text += fmt::format("{}: {}\n", key, row);
    for (const auto& read : memory.habits.reads)
        text += fmt::format("reads {} {} {}\n", read.rule, read.target, read.origins);
    for (const auto& size : memory.habits.sizes)
        text += fmt::format("size {} {}\n", size.target, size.samples);
    for (const auto& receiver : memory.habits.receivers)
        text += fmt::format("receiver {} {}\n", receiver.sink, receiver.mark);
    for (const auto& chunk : memory.chunks) text += text_of(chunk);
    return text;
}

} // namespace keepwatch::testing
