#include "engine/past.h"

#include <algorithm>

#include "model/fnv1a.h"
#include "promql/selectors.h"

namespace keepwatch::engine {
namespace {

// A chunk has samples from before the moment it was taken, since the one before it.
constexpr Duration kChunkAgeMax = minutes(5);

using Selectors = std::vector<const promql::VectorSelector*>;

void collect(const promql::Expr& expr, Selectors& into) {
    if (std::holds_alternative<promql::Subquery>(expr.node)) {
        for (const auto* selector : promql::selectors(expr)) into.push_back(selector);
        return;
    }
    const auto* selector = std::get_if<promql::VectorSelector>(&expr.node);
    const bool now =
        selector == nullptr || (!selector->is_range() && selector->shift.offset.ms == 0 &&
                                selector->shift.anchor == promql::Shift::Anchor::EvaluationTime);
    if (!now) into.push_back(selector);
    promql::for_each_child(expr, [&](const promql::Expr& child) { collect(child, into); });
}

std::uint64_t number_of(const std::vector<series::Matcher>& matchers, std::uint64_t number) {
    for (const auto& matcher : matchers) number = fnv1a(matcher.to_string(), fnv1a(",", number));
    return fnv1a(";", number);
}

} // namespace

Past::Past(const Setup& setup) {
    Selectors found;
    for (const auto& group : setup.rules.groups)
        for (const auto& rule : group.rules)
            for (const auto& expr : {rule->expr, rule->recover}) {
                if (!expr) continue;
                const auto before = found.size();
                collect(*expr, found);
                if (found.size() > before) reach_ = std::max(reach_, promql::reach(*expr));
            }
    for (const auto* selector : found) {
        if (std::find(wanted_.begin(), wanted_.end(), selector->matchers) != wanted_.end())
            continue;
        wanted_.push_back(selector->matchers);
        number_ = number_of(selector->matchers, number_);
    }
}

Chunk Past::take(const Engine& engine) {
    Chunk chunk;
    chunk.at = engine.now();
    chunk.wanted = number_;
    chunk.needed_since = engine.now() - reach_ - kChunkAgeMax;
    chunk.everything = std::exchange(fresh_, false);
    const auto& store = engine.store();
    std::size_t samples = 0;
    std::map<series::SourceId, std::map<series::SeriesId, SeriesPast>> found;
    for (const auto& matchers : wanted_)
        for (const auto id : store.select(matchers, kBeginningOfTime, kEndOfTime)) {
            const auto source = store.source(id);
            auto& past = found[source][id];
            if (!past.samples.empty()) continue;
            if (samples > kSamplesMax) {
                chunk.wanted = 0;
                continue;
            }
            past.labels = store.labels(id);
            const auto taken = taken_until_.find(source);
            store.read(id, taken == taken_until_.end() ? kBeginningOfTime : taken->second,
                       kEndOfTime, past.samples);
            samples += past.samples.size();
        }
    for (auto& [source, series] : found) {
        auto& until = taken_until_.try_emplace(source, kBeginningOfTime).first->second;
        SourcePast past{engine.source_name(source), {}};
        for (auto& [id, one] : series) {
            if (one.samples.empty()) continue;
            until = std::max(until, one.samples.back().t);
            past.series.push_back(std::move(one));
        }
        if (!past.series.empty() && !past.source.empty()) chunk.sources.push_back(std::move(past));
    }
    return chunk;
}

void write_past(const SourcePast& past, series::SourceId source, series::LiveStore& store,
                const std::function<void(const Labels&)>& told) {
    std::vector<Timestamp> times;
    for (const auto& one : past.series) {
        told(one.labels);
        for (const auto& sample : one.samples) times.push_back(sample.t);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    std::vector<std::size_t> read(past.series.size());
    for (const auto t : times) {
        const bool taken = store.begin(source, t);
        for (std::size_t i = 0; i < past.series.size(); ++i) {
            const auto& [labels, samples] = past.series[i];
            if (read[i] == samples.size() || samples[read[i]].t != t) continue;
            const double value = samples[read[i]++].value;
            if (!taken) continue;
            if (const auto id = store.series(source, labels)) (void)store.set(*id, value);
        }
        // A chunk lacks series that nobody needed, and so says nothing by what it lacks.
        if (taken) store.end(source, series::LiveStore::Update::Partial);
    }
}

} // namespace keepwatch::engine
