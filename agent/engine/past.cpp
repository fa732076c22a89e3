#include "engine/past.h"

#include <algorithm>

#include "model/fnv1a.h"
#include "promql/selectors.h"

namespace keepwatch::engine {
namespace {

// A chunk has samples from before the moment it was taken, since the one before it.
constexpr Duration kChunkAgeMax = minutes(5);

using Selectors = std::vector<const promql::VectorSelector*>;

// Those that ask for more than the newest value.
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

// Returns whether it is new.
bool add(const std::vector<series::Matcher>& matchers,
         std::vector<std::vector<series::Matcher>>& to) {
    if (std::find(to.begin(), to.end(), matchers) != to.end()) return false;
    to.push_back(matchers);
    return true;
}

} // namespace

Past::Past(const Setup& setup) {
    for (const auto& group : setup.rules.groups)
        for (const auto& rule : group.rules)
            for (const auto& expr : rule->expressions()) note(*expr);
}

void Past::note(const promql::Expr& expr) {
    for (const auto* selector : promql::selectors(expr)) add(selector->matchers, read_);
    Selectors over_range;
    collect(expr, over_range);
    if (!over_range.empty()) reach_ = std::max(reach_, promql::reach(expr));
    for (const auto* selector : over_range)
        if (add(selector->matchers, wanted_)) number_ = number_of(selector->matchers, number_);
}

Chunk Past::take(const Engine& engine) {
    Chunk chunk;
    chunk.at = engine.now();
    chunk.wanted = number_;
    chunk.needed_since = engine.now() - reach_ - kChunkAgeMax;
    chunk.everything = std::exchange(fresh_, false);
    samples_ = 0;
    take_seen(engine, chunk);
    take_pushed(engine, chunk);
    if (samples_ > kSamplesMax) chunk.wanted = 0;
    return chunk;
}

void Past::take_seen(const Engine& engine, Chunk& chunk) {
    const auto& store = engine.store();
    std::map<series::SourceId, std::map<series::SeriesId, SeriesPast>> found;
    for (const auto& matchers : wanted_)
        for (const auto id : store.select(matchers, kBeginningOfTime, kEndOfTime)) {
            const auto source = store.source(id);
            const auto taken = taken_until_.find(source);
            const auto after = taken == taken_until_.end() ? kBeginningOfTime : taken->second;
            read(store, id, after, found[source][id]);
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
}

void Past::take_pushed(const Engine& engine, Chunk& chunk) {
    const auto& store = engine.pushed();
    std::map<series::SeriesId, SeriesPast> found;
    const auto taken = [&](series::SeriesId id) {
        const auto until = pushed_until_.find(id);
        return until == pushed_until_.end() ? kBeginningOfTime : until->second;
    };
    for (const auto& matchers : wanted_)
        for (const auto id : store.select(matchers, engine.now() - reach_, kEndOfTime))
            read(store, id, std::max(taken(id), engine.now() - reach_), found[id]);
    const auto lookback_start = engine.now() - promql::Options{}.lookback;
    for (const auto& matchers : read_)
        for (const auto id : store.select(matchers, lookback_start, kEndOfTime)) {
            const auto newest = store.latest(id, lookback_start, kEndOfTime);
            if (!newest || newest->t <= taken(id) || found.contains(id)) continue;
            found[id] = {store.labels(id), {*newest}};
            ++samples_;
        }
    SourcePast past{std::string(kPushedPast), {}};
    for (auto& [id, one] : found) {
        if (one.samples.empty()) continue;
        pushed_until_[id] = one.samples.back().t;
        past.series.push_back(std::move(one));
    }
    if (!past.series.empty()) chunk.sources.push_back(std::move(past));
}

void Past::read(const series::SeriesSource& store, series::SeriesId id, Timestamp after,
                SeriesPast& into) {
    if (!into.samples.empty() || samples_ > kSamplesMax) return;
    into.labels = store.labels(id);
    store.read(id, after, kEndOfTime, into.samples);
    samples_ += into.samples.size();
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
