#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/running_rule.h"
#include "engine/interest.h"
#include "engine/memory.h"
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

    // What was before a restart. Until the targets that a rule is known to read were asked once, it
    // waits: what is missing then is only unknown. But not longer than kPatience, lest a target
    // with a long interval blind it to the others. Prometheus groups wait for all of them.
    void restore(const Memory& memory);
    // A series of before the restart that a rule wrote.
    void note_output(series::SourceId source, const Labels& labels);
    // After restore(), once the time is known: ends the alerts whose rules are gone, and forgets
    // those that waited to fire while nobody looked for longer than kOutageTolerance.
    RuleSteps settle_orphans(Timestamp at, Timestamp remembered);
    // Alerts of before the restart that were seen to fire still, each once.
    RuleSteps confirmed();
    std::vector<Habits::Read> reads() const;

    static constexpr Duration kOutageTolerance = hours(1); // As Prometheus's default.
    static constexpr Duration kPatience = seconds(30);

    struct Entry {
        alert::RunningRule rule;
        std::string id; // Its name and labels as written, and a number if there are several such.
        const alert::Group* group = nullptr;
        series::SourceId outputs = 0;
        std::vector<Reader> output_readers; // Rules that read what this one gives.
        bool unconfirmed = false; // It has alerts of before the restart, and did not run since.
    };
    const std::vector<std::unique_ptr<Entry>>& rules() const { return rules_; }
    // The rule that has an alert with these labels, and the alert as it is now; nulls if none has.
    struct Found {
        const alert::Rule* rule = nullptr;
        const alert::Alert* alert = nullptr;
    };
    Found find(const Labels& alert) const;
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
    void note_readers(Entry& entry, const Labels& output);
    alert::Gaps gaps_of(Reader reader, Timestamp at) const;
    bool hides(Reader reader, const Labels& source) const;
    bool all_scraped() const;
    bool waits_for_targets(Reader reader) const;
    std::string unique_id(const alert::Rule& rule);
    // Stands where a target's id does for series that are of none.
    TargetId nobody() const { return static_cast<TargetId>(targets_.size()); }
    std::string name_of(TargetId target) const {
        return target == nobody() ? "" : targets_[target].name;
    }

    std::vector<TargetInfo> targets_;
    series::LiveStore& store_;
    TargetOf target_of_;
    alert::Surroundings around_;
    Interest interest_;
    std::vector<std::unique_ptr<Entry>> rules_;
    std::vector<Grid> grids_;
    std::optional<Readership> readership_;
    Timestamp resumed_at_;                    // The first event after a restart,
    Timestamp remembered_until_;              // and the last one before it.
    std::map<std::string, std::size_t> same_; // How many rules are called the same.
    // Alerts of before the restart whose rules are gone, with what stands for their rules.
    std::vector<std::pair<std::unique_ptr<alert::Rule>, alert::Alert>> orphans_;
    Timestamp newest_;      // Of all samples that targets brought.
    std::vector<bool> due_; // Within one round, by rule.
    std::vector<std::string> left_out_;
};

} // namespace keepwatch::engine
