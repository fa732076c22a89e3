#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "alert/running_rule.h"
#include "engine/interest.h"
#include "engine/readership.h"
#include "engine/setup.h"
#include "engine/target_state.h"
#include "series/live_store.h"

namespace keepwatch::engine {

// A step of an alert and the rule that made it.
struct RuleStep {
    alert::Transition step;
    const alert::Rule* rule = nullptr;
};
using RuleSteps = std::vector<RuleStep>;

// Runs rules when they are due, and keeps what they give: recorded series, ALERTS and
// ALERTS_FOR_STATE.
//
// Native rules run after each page or fact they read, at the time of its samples, those of cluster
// scope at the newest time of any target, so that they see all of them. Time never goes back for a
// rule: a page that was asked before a fact was learned but came after it counts as one moment
// later. What was pushed is read at the time of the push, whatever the times of its samples.
// Prometheus groups run on their grid. All run in the order of the files, and see
// what the rules before them gave.
class RuleRunner {
public:
    using TargetOf = std::function<const TargetState&(TargetId)>;

    // Rules read `source`, and what they give goes into `store`. Both and the setup outlive it.
    RuleRunner(const Setup& setup, series::LiveStore& store, const series::SeriesSource& source,
               TargetOf target_of);
    RuleRunner(const RuleRunner&) = delete;

    // A series appeared. Returns whether some rule reads it.
    bool note_series(const Labels& labels, TargetId target, Origin origin);

    void note_pushed(const Labels& labels) { note_series(labels, nobody(), Origin::Push); }

    RuleSteps run_after(TargetId target, Origin origin, Timestamp at);
    RuleSteps run_after_push(Timestamp at) { return run_after(nobody(), Origin::Push, at); }
    RuleSteps run_grid(Timestamp until); // All slots up to and including `until`.
    std::optional<Timestamp> next_slot() const;

    void shift(Duration by); // After the wall clock was set.

    struct Entry {
        alert::RunningRule rule;
        const alert::Group* group = nullptr;
        series::SourceId outputs = 0;
        std::vector<Reader> output_readers; // Rules that read what this one gives.
    };
    const std::vector<std::unique_ptr<Entry>>& rules() const { return rules_; }
    // Rules that are not loaded, because they need the view of the whole cluster.
    const std::vector<std::string>& left_out() const { return left_out_; }

private:
    struct Grid {
        std::size_t first = 0; // The group's rules, as positions [first, end) in rules_.
        std::size_t end = 0;
        Duration interval;
        Duration offset; // Of the slots within the interval, so that groups spread.
        std::optional<Timestamp> next;
    };

    void load(const Setup& setup, const alert::Group& group);
    Timestamp time_for(const Entry& entry, Timestamp at) const;
    bool is_due(std::size_t index, TargetId target, Origin origin) const;
    void run(std::size_t index, Timestamp at, RuleSteps& steps);
    void write_outputs(Entry& entry, Timestamp at);
    void write_output(Entry& entry, const Labels& labels, double value);
    alert::Gaps gaps_of(Reader reader) const;
    bool hides(Reader reader, const Labels& source) const;
    bool all_scraped() const;
    // Stands where a target's id does for series that are of none.
    TargetId nobody() const { return static_cast<TargetId>(targets_.size()); }

    std::vector<TargetInfo> targets_;
    series::LiveStore& store_;
    TargetOf target_of_;
    alert::Surroundings around_;
    Interest interest_;
    std::vector<std::unique_ptr<Entry>> rules_;
    std::vector<Grid> grids_;
    std::optional<Readership> readership_;
    Timestamp newest_;      // Of all samples that targets brought.
    std::vector<bool> due_; // Within one round, by rule.
    std::vector<std::string> left_out_;
};

} // namespace keepwatch::engine
