#include "engine/rule_runner.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "model/fnv1a.h"
#include "promql/selectors.h"

namespace keepwatch::engine {
namespace {

using alert::Group;

// Where in its interval a group's slots lie; any spread will do that is the same on each start.
Duration slot_offset(const Group& group, Duration interval) {
    const auto hash = fnv1a(group.name, fnv1a(";", fnv1a(group.file)));
    return {static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(interval.ms))};
}

// The first slot after `t`.
Timestamp slot_after(Timestamp t, Duration interval, Duration offset) {
    const auto since = t.ms - offset.ms;
    const auto slots =
        since >= 0 ? since / interval.ms : -((-since + interval.ms - 1) / interval.ms);
    return {(slots + 1) * interval.ms + offset.ms};
}

} // namespace

RuleRunner::RuleRunner(const Setup& setup, series::LiveStore& store,
                       const series::SeriesSource& source, TargetOf target_of)
    : targets_(setup.targets), store_(store), target_of_(std::move(target_of)),
      around_{&source, setup.external_labels, setup.external_url} {
    for (const auto& group : setup.rules.groups) load(setup, group);
    readership_.emplace(rules_.size(), targets_.size() + 1); // One more for nobody().
    due_.resize(rules_.size());
}

void RuleRunner::load(const Setup& setup, const Group& group) {
    const auto first = rules_.size();
    for (const auto& rule : group.rules) {
        if (rule->scope == alert::Scope::Cluster && !setup.whole_cluster) {
            left_out_.push_back(rule->name);
            continue;
        }
        const auto reader = static_cast<Reader>(rules_.size());
        for (const auto& expr : rule->expressions())
            for (const auto* selector : promql::selectors(*expr))
                interest_.add(reader, selector->matchers);
        rules_.push_back(std::make_unique<Entry>(Entry{alert::RunningRule(rule, group, around_),
                                                       unique_id(*rule),
                                                       &group,
                                                       store_.add_source(),
                                                       {}}));
    }
    if (group.manner != Group::Manner::Prometheus) return;
    const auto interval = group.interval.value_or(setup.group_interval);
    grids_.push_back({first, rules_.size(), interval, slot_offset(group, interval), std::nullopt});
}

bool RuleRunner::note_series(const Labels& labels, TargetId target, Origin origin) {
    bool read = false;
    interest_.match(labels, [&](Reader reader) {
        readership_->note(reader, target, origin);
        read = true;
    });
    return read;
}

RuleSteps RuleRunner::run_after(TargetId target, Origin origin, Timestamp at) {
    RuleSteps steps;
    newest_ = std::max(newest_, at);
    for (std::size_t i = 0; i < rules_.size(); ++i) due_[i] = is_due(i, target, origin);
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        auto& entry = *rules_[i];
        if (!due_[i]) continue;
        run(i, time_for(entry, at), steps);
        for (const auto reader : entry.output_readers) due_[reader] = true;
    }
    return steps;
}

Timestamp RuleRunner::time_for(const Entry& entry, Timestamp at) const {
    const bool cluster = entry.rule.rule().scope == alert::Scope::Cluster;
    return std::max(cluster ? newest_ : at, entry.rule.last_evaluation() + milliseconds(1));
}

bool RuleRunner::is_due(std::size_t index, TargetId target, Origin origin) const {
    const auto reader = static_cast<Reader>(index);
    const auto& entry = *rules_[index];
    if (entry.group->manner != Group::Manner::Native) return false;
    if (around_.resumed && waits_for_targets(reader)) return false;
    // Until every member was asked once, what is missing in the cluster is only unknown.
    if (entry.rule.rule().scope == alert::Scope::Cluster && !all_scraped()) return false;
    if (origin == Origin::Fact) return readership_->reads(reader, target, Origin::Fact);
    if (origin == Origin::Push)
        return readership_->reads(reader, target, Origin::Push) ||
               readership_->reads_nothing(reader);
    return readership_->reads(reader, target, Origin::Page) ||
           readership_->reads(reader, target, Origin::Synthetic) ||
           readership_->reads_nothing(reader);
}

RuleSteps RuleRunner::run_grid(Timestamp until) {
    RuleSteps steps;
    const bool waits = around_.resumed && !all_scraped();
    for (auto& grid : grids_)
        if (!grid.next || waits) grid.next = slot_after(until, grid.interval, grid.offset);
    for (;;) {
        const auto earlier = [](const Grid& a, const Grid& b) { return *a.next < *b.next; };
        const auto next = std::min_element(grids_.begin(), grids_.end(), earlier);
        if (next == grids_.end() || *next->next > until) return steps;
        for (auto i = next->first; i < next->end; ++i) run(i, *next->next, steps);
        // After a long sleep the slots that were missed are skipped, as in Prometheus.
        const auto latest = slot_after(until, next->interval, next->offset) - next->interval;
        next->next = std::max(*next->next + next->interval, latest);
    }
}

std::optional<Timestamp> RuleRunner::next_slot() const {
    std::optional<Timestamp> earliest;
    for (const auto& grid : grids_)
        if (grid.next && (!earliest || *grid.next < *earliest)) earliest = grid.next;
    return earliest;
}

void RuleRunner::run(std::size_t index, Timestamp at, RuleSteps& steps) {
    auto& entry = *rules_[index];
    for (auto& step : entry.rule.evaluate(at, gaps_of(static_cast<Reader>(index), at)))
        steps.push_back({std::move(step), &entry.rule.rule()});
    write_outputs(entry, at - entry.group->query_offset);
}

void RuleRunner::write_outputs(Entry& entry, Timestamp at) {
    if (entry.rule.last_error() || !store_.begin(entry.outputs, at)) return;
    for (const auto& [labels, value] : entry.rule.outputs()) write_output(entry, labels, value);
    store_.end(entry.outputs);
}

void RuleRunner::note_readers(Entry& entry, const Labels& output) {
    interest_.match(output, [&](Reader reader) {
        auto& readers = entry.output_readers;
        if (std::find(readers.begin(), readers.end(), reader) == readers.end())
            readers.push_back(reader);
    });
}

void RuleRunner::write_output(Entry& entry, const Labels& labels, double value) {
    const auto before = store_.generation();
    const auto id = store_.series(entry.outputs, labels);
    if (!id) return;
    if (store_.generation() != before) note_readers(entry, labels); // Else they are known too.
    (void)store_.set(*id, value);
}

alert::Gaps RuleRunner::gaps_of(Reader reader, Timestamp at) const {
    alert::Gaps gaps;
    const bool just_resumed = around_.resumed && at - resumed_at_ < around_.options.lookback;
    if (just_resumed && readership_->reads(reader, nobody(), Origin::Push))
        gaps.unheard_since = remembered_until_;
    gaps.hides = [this, reader](const Labels& source) { return hides(reader, source); };
    if (rules_[reader]->rule.rule().no_data != alert::NoData::Alert) return gaps;
    for (TargetId target = 0; target < targets_.size(); ++target)
        if (readership_->reads(reader, target, Origin::Page) && target_of_(target).hides_data())
            gaps.targets.push_back(targets_[target].labels);
    return gaps;
}

bool RuleRunner::hides(Reader reader, const Labels& source) const {
    const auto about = [&](const TargetInfo& target) {
        return source.get("instance") == target.labels.get("instance") &&
               (!source.has("job") || source.get("job") == target.labels.get("job"));
    };
    const bool names_one = std::any_of(targets_.begin(), targets_.end(), about);
    for (TargetId target = 0; target < targets_.size(); ++target) {
        if (names_one && !about(targets_[target])) continue;
        if (readership_->reads(reader, target, Origin::Page) && target_of_(target).hides_data())
            return true;
    }
    return false;
}

RuleRunner::Found RuleRunner::find(const Labels& alert) const {
    const auto name = alert.get("alertname");
    for (const auto& entry : rules_) {
        if (entry->rule.rule().name != name) continue;
        const auto found = entry->rule.alerts().find(alert);
        if (found != entry->rule.alerts().end()) return {&entry->rule.rule(), &found->second};
    }
    return {};
}

bool RuleRunner::all_scraped() const {
    for (TargetId target = 0; target < targets_.size(); ++target)
        if (!target_of_(target).scraped) return false;
    return true;
}

void RuleRunner::shift(Duration by) {
    newest_ = newest_ + by;
    resumed_at_ = resumed_at_ + by;
    remembered_until_ = remembered_until_ + by;
    for (auto& entry : rules_) entry->rule.shift(by);
    for (auto& grid : grids_) grid.next.reset(); // The grid is that of the wall clock.
}

} // namespace keepwatch::engine
