#include "alert/state_machine.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace keepwatch::alert {
namespace {

constexpr Timestamp kNever{};

// A gap in the result begins with the evaluation that first lacks the alert.
Timestamp gap_since(const Alert& alert, Timestamp at) {
    return alert.keep_firing_since == kNever ? at : alert.keep_firing_since;
}

void move(Alert& alert, const Edge& edge, Timestamp at) {
    alert.held = edge.sight == Sight::Hidden;
    switch (edge.to) {
    case Next::Forgotten:
        return;
    case Next::Inactive:
        if (alert.state != State::Inactive) alert.resolved_at = at;
        alert.state = State::Inactive;
        return;
    case Next::Pending:
        alert.state = State::Pending;
        alert.fired_at = kNever;
        return;
    case Next::Firing:
        if (alert.state != State::Firing) alert.fired_at = at;
        if (edge.sight == Sight::Gone) alert.keep_firing_since = gap_since(alert, at);
        alert.state = State::Firing;
        return;
    }
}

// Returns whether the alert is still worth remembering.
bool follow(const Rule& rule, Timestamp at, Sight sight, Alert& alert,
            std::vector<Transition>& steps) {
    const auto& edge = edge_of(rule, alert, sight, at);
    move(alert, edge, at);
    if (edge.told) {
        auto reason =
            fmt::format(fmt::runtime(edge.reason), fmt::arg("for", format_duration(rule.hold)),
                        fmt::arg("age", format_duration(at - alert.active_at)));
        steps.push_back({at, *edge.told, rule.name, alert, std::move(reason)});
    }
    return edge.to != Next::Forgotten;
}

void refresh(Alert& alert, const Observation& now, Timestamp at) {
    if (alert.state == State::Inactive) {
        alert = Alert{};
        alert.labels = now.labels;
        alert.source = now.source;
        alert.active_at = at;
    }
    alert.value = now.value;
    alert.annotations = now.annotations;
    alert.keep_firing_since = kNever;
}

Sight sight_of_absent(const Alert& alert, const JudgeAbsence& judge) {
    if (alert.state == State::Inactive || !judge) return Sight::Gone;
    return judge(alert) == Absence::Unknown ? Sight::Hidden : Sight::Gone;
}

} // namespace

bool always(const Rule&, const Alert&, Timestamp) {
    return true;
}

bool has_held(const Rule& rule, const Alert& alert, Timestamp at) {
    return at - alert.active_at >= rule.hold;
}

bool keeps_firing(const Rule& rule, const Alert& alert, Timestamp at) {
    return at - gap_since(alert, at) < rule.keep_firing;
}

bool is_recent(const Rule&, const Alert& alert, Timestamp at) {
    return at - alert.resolved_at <= kResolvedRetention;
}

const Edge& edge_of(const Rule& rule, const Alert& alert, Sight sight, Timestamp at) {
    // There is one for each state that this sight can be of; see sight_of_absent().
    return *std::find_if(kEdges.begin(), kEdges.end(), [&](const Edge& edge) {
        return edge.from == alert.state && edge.sight == sight && edge.when(rule, alert, at);
    });
}

std::vector<Transition> advance(const Rule& rule, Timestamp at, std::span<const Observation> result,
                                const JudgeAbsence& judge, Alerts& alerts) {
    std::vector<Transition> steps;
    std::vector<const Alert*> present;
    present.reserve(result.size());
    for (const auto& now : result) {
        auto& alert = alerts[now.labels];
        refresh(alert, now, at);
        follow(rule, at, Sight::Seen, alert, steps);
        present.push_back(&alert);
    }
    std::sort(present.begin(), present.end(), std::less<>());
    for (auto it = alerts.begin(); it != alerts.end();) {
        auto& alert = it->second;
        const bool kept =
            std::binary_search(present.begin(), present.end(), &alert, std::less<>()) ||
            follow(rule, at, sight_of_absent(alert, judge), alert, steps);
        it = kept ? std::next(it) : alerts.erase(it);
    }
    return steps;
}

} // namespace keepwatch::alert
