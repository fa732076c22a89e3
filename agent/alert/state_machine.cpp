#include "alert/state_machine.h"

#include <set>

#include <fmt/format.h>

namespace keepwatch::alert {
namespace {

constexpr Timestamp kNever{};

Transition step(const Rule& rule, Timestamp at, Transition::To to, const Alert& alert,
                std::string reason) {
    return {at, to, rule.name, alert, std::move(reason)};
}

// The alert is in the result.
void seen(const Rule& rule, Timestamp at, const Observation& now, Alerts& alerts,
          std::vector<Transition>& steps) {
    auto& alert = alerts[now.labels];
    const bool fresh = alert.state == State::Inactive;
    if (fresh) {
        alert = Alert{};
        alert.labels = now.labels;
        alert.source = now.source;
        alert.state = State::Pending;
        alert.active_at = at;
    }
    alert.value = now.value;
    alert.annotations = now.annotations;
    alert.keep_firing_since = kNever;
    alert.held = false;

    const auto age = at - alert.active_at;
    if (alert.state == State::Pending && age >= rule.hold) {
        alert.state = State::Firing;
        alert.fired_at = at;
        auto reason = rule.hold.ms == 0 ? std::string("at once")
                                        : fmt::format("held for {}", format_duration(age));
        steps.push_back(step(rule, at, Transition::To::Firing, alert, std::move(reason)));
    } else if (fresh) {
        steps.push_back(step(rule, at, Transition::To::Pending, alert,
                             fmt::format("fires after {}", format_duration(rule.hold))));
    } else if (alert.state == State::Firing && age < rule.hold) {
        // A reload raised `for` beyond what the alert has waited.
        alert.state = State::Pending;
        alert.fired_at = kNever;
        steps.push_back(step(rule, at, Transition::To::Pending, alert, "for was raised"));
    }
}

bool kept_by_keep_firing(const Rule& rule, Timestamp at, Alert& alert) {
    if (alert.state != State::Firing || rule.keep_firing.ms == 0) return false;
    if (alert.keep_firing_since == kNever) alert.keep_firing_since = at;
    return at - alert.keep_firing_since < rule.keep_firing;
}

// The alert is not in the result. Returns whether it is still worth remembering.
bool unseen(const Rule& rule, Timestamp at, const JudgeAbsence& judge, Alert& alert,
            std::vector<Transition>& steps) {
    if (alert.state == State::Inactive) return at - alert.resolved_at <= kResolvedRetention;
    if (judge && judge(alert) == Absence::Unknown) {
        alert.held = true;
        return true;
    }
    alert.held = false;
    if (kept_by_keep_firing(rule, at, alert)) return true;
    if (alert.state == State::Pending) {
        steps.push_back(step(rule, at, Transition::To::Dropped, alert, "ended before it fired"));
        return false;
    }
    alert.state = State::Inactive;
    alert.resolved_at = at;
    steps.push_back(step(rule, at, Transition::To::Resolved, alert, "no longer in the result"));
    return true;
}

} // namespace

std::vector<Transition> advance(const Rule& rule, Timestamp at, std::span<const Observation> result,
                                const JudgeAbsence& judge, Alerts& alerts) {
    std::vector<Transition> steps;
    std::set<Labels> present;
    for (const auto& observation : result) {
        seen(rule, at, observation, alerts, steps);
        present.insert(observation.labels);
    }
    for (auto it = alerts.begin(); it != alerts.end();) {
        const bool keep = present.contains(it->first) || unseen(rule, at, judge, it->second, steps);
        it = keep ? std::next(it) : alerts.erase(it);
    }
    return steps;
}

} // namespace keepwatch::alert
