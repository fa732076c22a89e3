#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/engine.h"
#include "engine/past.h"

// The half of Engine that goes on after a restart where it was before.
namespace keepwatch::engine {

namespace {

Timestamp newest_sample(const std::vector<Chunk>& chunks) {
    Timestamp newest;
    for (const auto& chunk : chunks)
        for (const auto& source : chunk.sources)
            for (const auto& series : source.series)
                newest = std::max(newest, series.samples.back().t);
    return newest;
}

} // namespace

std::string Engine::source_name(series::SourceId source) const {
    for (const auto& feed : feeds_) {
        if (feed->pages() == source) return fmt::format("page/{}", feed->state().info.name);
        if (feed->facts() == source) return fmt::format("fact/{}", feed->state().info.name);
    }
    for (const auto& entry : rules_.rules())
        if (entry->outputs == source) return fmt::format("rule/{}", entry->id);
    return "";
}

void Engine::remember(const Memory& memory) {
    remembered_ = memory.at;
    rules_.restore(memory);
    router_.restore(memory.notifications, memory.revision);
    std::map<std::string, series::SourceId> sources;
    for (const auto& feed : feeds_) {
        for (const auto source : {feed->pages(), feed->facts()})
            sources.emplace(source_name(source), source);
        for (const auto& size : memory.habits.sizes)
            if (size.target == feed->state().info.name) feed->expect(size.samples);
    }
    for (const auto& entry : rules_.rules())
        sources.emplace(source_name(entry->outputs), entry->outputs);
    for (const auto& chunk : memory.chunks)
        for (const auto& past : chunk.sources) {
            if (past.source == kPushedPast) {
                for (const auto& series : past.series) restore_pushed(series, chunk.at);
                continue;
            }
            const auto known = sources.find(past.source);
            if (known == sources.end()) continue;
            write_past(past, known->second, store_,
                       [&](const Labels& labels) { rules_.note_output(known->second, labels); });
        }
    if (memory.chunks.empty()) return;
    // Where other series are needed now, nothing is known of them.
    if (memory.chunks.back().wanted == Past(setup_).wanted())
        store_.begin_gap(newest_sample(memory.chunks));
    else
        store_.set_known_since(memory.at);
}

void Engine::restore_pushed(const SeriesPast& past, Timestamp at) {
    pushes_.restore(past, at);
    const auto first = past.samples.front().t;
    // Where nothing is scraped, history begins with what was pushed.
    if (first < store_.known_since()) store_.set_known_since(first);
}

RuleSteps Engine::wake_up(Timestamp at) {
    if (!remembered_) return {};
    const auto remembered = std::exchange(remembered_, std::nullopt);
    // The clock was set back while nobody looked: nothing stored may lie in the future.
    if (at < *remembered) take(ClockStepped{at - *remembered});
    return rules_.settle_orphans(at, std::min(at, *remembered));
}

void Engine::introduce_confirmed() {
    for (const auto& step : rules_.confirmed())
        router_.introduce(step.step, step.rule->scope, sop_of(step));
}

} // namespace keepwatch::engine
