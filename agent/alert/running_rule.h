#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/alert_series.h"
#include "alert/observer.h"
#include "alert/rule.h"
#include "alert/state_machine.h"
#include "promql/evaluate.h"
#include "series/source.h"

namespace keepwatch::alert {

// What the rule's targets fail to deliver at this moment.
struct Gaps {
    // Whether the data that an alert with these labels stands on is missing now.
    std::function<bool(const Labels& source)> hides;
    std::vector<Labels> targets; // The labels of each target whose data is missing.
    // After a restart, for as long as a sample counts: what is written to us comes when others
    // please. Until all that an alert stands on came since that time, what is missing is unknown.
    std::optional<Timestamp> unheard_since{};
};

// A rule and what it has seen so far.
class RunningRule {
public:
    // How its group has it evaluated, and what it is evaluated with.
    RunningRule(std::shared_ptr<const Rule> rule, const Group& group, const Surroundings& around);

    // Evaluates the expression, by the group's `query_offset` earlier, and moves the alerts. An
    // error moves nothing and is kept as last_error(). Native rules follow their policies for
    // missing data; Prometheus's have none.
    //
    // Beyond the group's `limit` alerts that exist stay, and new ones are left out, where
    // Prometheus forgets all. A recording rule with too many results is in error, as in Prometheus.
    std::vector<Transition> evaluate(Timestamp at, const Gaps& gaps);

    const Rule& rule() const { return *rule_; }
    const Alerts& alerts() const { return alerts_; }
    const promql::VectorValue& recorded() const { return recorded_; } // Of a recording rule.
    std::size_t left_out() const { return left_out_; } // Alerts beyond the limit, last time.
    // The series that the last evaluation gave, with their values at that time without the offset:
    // what was recorded, or ALERTS and ALERTS_FOR_STATE.
    std::vector<std::pair<Labels, double>> outputs();
    const std::optional<Error>& last_error() const { return last_error_; }
    Timestamp last_evaluation() const { return last_at_; } // The epoch before the first.

    // Grows with whatever may have changed its alerts.
    std::uint64_t changes() const { return changes_; }

    std::vector<Alert> forget_pending(); // Returns those that waited to fire.
    void restore(Alert alert) { alerts_.insert_or_assign(alert.labels, std::move(alert)); }
    void shift(Duration by); // After the wall clock was set.

private:
    Result<promql::VectorValue> result_at(Timestamp at, promql::Notes& notes);
    Result<void> record(promql::VectorValue result);
    std::vector<Transition> move(Timestamp at, std::vector<Observation> observations,
                                 const JudgeAbsence& judge);
    void add_missing(const Gaps& gaps, Timestamp at, std::vector<Observation>& observations) const;
    JudgeAbsence judge(Timestamp at, bool incomplete, const Gaps& gaps);
    JudgeAbsence judge_restart(Timestamp at, bool incomplete, const Gaps& gaps) const;
    bool has_recovered(const Alert& alert, Timestamp at);
    bool has_data(const Labels& source, Timestamp at) const;
    bool is_unheard(const Labels& source, Timestamp since, Timestamp at) const;
    // Told of the newest samples, within the lookback, of all series that an alert stands on; ends
    // and returns true once it says so.
    bool any_newest(const Labels& source, Timestamp at,
                    const std::function<bool(const Sample&)>& told) const;

    std::shared_ptr<const Rule> rule_;
    Group::Manner manner_;
    Duration query_offset_;
    std::size_t limit_; // 0: none.
    promql::Options options_;
    const Surroundings* around_;
    promql::StandingQuery condition_;
    std::optional<promql::StandingQuery> recovery_;
    Observer observer_;
    AlertSeries alert_series_;
    Alerts alerts_;
    promql::VectorValue recorded_;
    std::size_t left_out_ = 0;
    std::optional<Error> last_error_;
    Timestamp last_at_;
    std::uint64_t changes_ = 0;
};

} // namespace keepwatch::alert
