#include "alert/running_rule.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "promql/selectors.h"

namespace keepwatch::alert {
namespace {

promql::Options options_for(const Group& group, const Surroundings& around) {
    auto options = around.options;
    options.features = group.features;
    return options;
}

} // namespace

RunningRule::RunningRule(std::shared_ptr<const Rule> rule, const Group& group,
                         const Surroundings& around)
    : rule_(std::move(rule)), manner_(group.manner), query_offset_(group.query_offset),
      limit_(group.limit), options_(options_for(group, around)), around_(&around),
      condition_(*around.series, rule_->expr, options_), observer_(rule_, options_, around),
      alert_series_(rule_, group.manner) {
    if (rule_->recover) recovery_.emplace(*around.series, rule_->recover, options_);
}

std::vector<Transition> RunningRule::evaluate(Timestamp at, const Gaps& gaps) {
    last_at_ = at;
    ++changes_;
    promql::Notes notes;
    auto result = result_at(at - query_offset_, notes);
    if (!result) {
        last_error_ = std::move(result).error();
        return {};
    }
    if (rule_->kind == Rule::Kind::Recording) {
        last_error_.reset();
        if (auto done = record(*std::move(result)); !done) last_error_ = std::move(done).error();
        return {};
    }
    auto observations = observer_.observe(*result, at);
    if (!observations) {
        last_error_ = std::move(observations).error();
        return {};
    }
    last_error_.reset();
    if (manner_ == Group::Manner::Prometheus) {
        const bool incomplete = around_->resumed && notes.is_incomplete;
        return move(at, *std::move(observations), judge_restart(at, incomplete, gaps));
    }
    if (rule_->no_data == NoData::Alert) add_missing(gaps, at, *observations);
    return move(at, *std::move(observations), judge(at, notes.is_incomplete, gaps));
}

Result<void> RunningRule::record(promql::VectorValue result) {
    std::set<Labels> seen;
    for (auto& element : result) {
        LabelsBuilder labels(element.labels);
        labels.set(kNameLabel, rule_->name);
        for (const auto& label : rule_->labels) labels.set(label.name, label.text);
        element.labels = labels.build();
        if (!seen.insert(element.labels).second)
            return Error{
                ErrorKind::InvalidInput,
                "vector contains metrics with the same labelset after applying rule labels"};
    }
    if (limit_ > 0 && result.size() > limit_)
        return Error{ErrorKind::LimitExceeded,
                     fmt::format("exceeded limit of {} with {} series", limit_, result.size())};
    recorded_ = std::move(result);
    return {};
}

std::vector<Transition> RunningRule::move(Timestamp at, std::vector<Observation> observations,
                                          const JudgeAbsence& judge) {
    left_out_ = 0;
    if (limit_ == 0 || alerts_.size() + observations.size() <= limit_)
        return advance(*rule_, at, observations, judge, alerts_);
    // How many there would be is known afterwards only: which of the absent ones stay is decided
    // on the way.
    auto all = alerts_;
    auto steps = advance(*rule_, at, observations, judge, all);
    const auto active =
        static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& one) {
            return one.second.state != State::Inactive;
        }));
    if (active <= limit_) {
        alerts_ = std::move(all);
        return steps;
    }
    const auto is_active = [&](const Labels& labels) {
        const auto known = alerts_.find(labels);
        return known != alerts_.end() && known->second.state != State::Inactive;
    };
    for (auto i = observations.size(); i-- > 0 && active - left_out_ > limit_;) {
        if (is_active(observations[i].labels)) continue;
        observations.erase(observations.begin() + static_cast<std::ptrdiff_t>(i));
        ++left_out_;
    }
    return advance(*rule_, at, observations, judge, alerts_);
}

std::vector<std::pair<Labels, double>> RunningRule::outputs() {
    std::vector<std::pair<Labels, double>> outputs;
    outputs.reserve(recorded_.size() + 2 * alerts_.size());
    for (const auto& element : recorded_) outputs.emplace_back(element.labels, element.value);
    alert_series_.append(alerts_, outputs);
    return outputs;
}

Result<promql::VectorValue> RunningRule::result_at(Timestamp at, promql::Notes& notes) {
    KW_TRY(auto value, condition_.at(at, &notes));
    if (auto* vector = std::get_if<promql::VectorValue>(&value)) return std::move(*vector);
    if (const auto* scalar = std::get_if<promql::ScalarValue>(&value))
        return promql::VectorValue{{Labels(), scalar->t, scalar->value}};
    return Error{ErrorKind::InvalidInput, "rule result is not a vector or scalar"};
}

void RunningRule::add_missing(const Gaps& gaps, Timestamp at,
                              std::vector<Observation>& observations) const {
    for (const auto& target : gaps.targets) {
        auto missing = observer_.expand(target, std::numeric_limits<double>::quiet_NaN(), at);
        const auto same = [&](const Observation& o) { return o.labels == missing.labels; };
        if (std::none_of(observations.begin(), observations.end(), same))
            observations.push_back(std::move(missing));
    }
}

JudgeAbsence RunningRule::judge_restart(Timestamp at, bool incomplete, const Gaps& gaps) const {
    return [this, at, incomplete, &gaps](const Alert& alert) {
        const bool unheard =
            gaps.unheard_since && is_unheard(alert.source, *gaps.unheard_since, at);
        return incomplete || unheard ? Absence::Unknown : Absence::Recovered;
    };
}

JudgeAbsence RunningRule::judge(Timestamp at, bool incomplete, const Gaps& gaps) {
    return [this, at, &gaps, judge = judge_restart(at, incomplete, gaps)](const Alert& alert) {
        if (judge(alert) == Absence::Unknown) return Absence::Unknown;
        const bool hidden = gaps.hides && gaps.hides(alert.source);
        if (hidden && rule_->no_data != NoData::Resolve) return Absence::Unknown;
        if (alert.state == State::Firing && !has_recovered(alert, at)) return Absence::Unknown;
        return Absence::Recovered;
    };
}

bool RunningRule::has_recovered(const Alert& alert, Timestamp at) {
    if (!recovery_) return true;
    const auto value = recovery_->at(at);
    const auto* holds = value ? std::get_if<promql::VectorValue>(&*value) : nullptr;
    if (!holds) return false;
    const auto same = [&](const promql::VectorElement& element) {
        return element.labels.without_name() == alert.source;
    };
    // What is gone for good, such as a deleted topic, can't reach any threshold.
    return std::any_of(holds->begin(), holds->end(), same) || !has_data(alert.source, at);
}

bool RunningRule::has_data(const Labels& source, Timestamp at) const {
    return any_newest(source, at, [](const Sample&) { return true; });
}

bool RunningRule::is_unheard(const Labels& source, Timestamp since, Timestamp at) const {
    return !has_data(source, at) ||
           any_newest(source, at, [&](const Sample& newest) { return newest.t <= since; });
}

bool RunningRule::any_newest(const Labels& source, Timestamp at,
                             const std::function<bool(const Sample&)>& told) const {
    const auto after = at - options_.lookback;
    for (const auto* selector : promql::selectors(*rule_->expr)) {
        auto matchers = selector->matchers;
        for (const auto& [name, value] : source)
            matchers.push_back(series::Matcher::equal(std::string(name), std::string(value)));
        for (const auto id : around_->series->select(matchers, after, at)) {
            const auto newest = around_->series->latest(id, after, at);
            if (newest && !is_stale(newest->value) && told(*newest)) return true;
        }
    }
    return false;
}

std::vector<Alert> RunningRule::forget_pending() {
    ++changes_;
    std::vector<Alert> forgotten;
    std::erase_if(alerts_, [&](const auto& one) {
        if (one.second.state != State::Pending) return false;
        forgotten.push_back(one.second);
        return true;
    });
    return forgotten;
}

void RunningRule::shift(Duration by) {
    ++changes_;
    for (auto& [labels, alert] : alerts_) alert::shift(alert, by);
    if (last_at_.ms != 0) last_at_ = last_at_ + by;
}

} // namespace keepwatch::alert
