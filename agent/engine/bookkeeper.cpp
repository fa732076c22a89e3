#include "engine/bookkeeper.h"

namespace keepwatch::engine {

Changes Bookkeeper::changes(const Engine& engine) {
    Changes changes;
    changes.everything = fresh_;
    changes.at = engine.now();
    changes.revision = engine.router().revision();
    const auto& rules = engine.rules().rules();
    rules_.resize(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto newest = rules[i]->rule.changes();
        if (!fresh_ && newest == rules_[i].changes) continue;
        rules_[i].changes = newest;
        compare(*rules[i], rules_[i], changes);
    }
    if (fresh_ || router_changes_ != engine.router().changes()) {
        router_changes_ = engine.router().changes();
        for (const auto& sink : engine.setup().sinks)
            compare(sink.name, engine.desired(sink.name), told_[sink.name], changes);
    }
    fresh_ = false;
    return changes;
}

void Bookkeeper::start_over() {
    fresh_ = true;
    rules_.clear();
    told_.clear();
}

Bookkeeper::Essence Bookkeeper::essence_of(const alert::Alert& alert) {
    return {alert.state,       alert.active_at,         alert.fired_at,
            alert.resolved_at, alert.keep_firing_since, alert.held};
}

Bookkeeper::Version Bookkeeper::version_of(const routing::Notification& notification) {
    return {notification.revision, notification.settled, notification.alerts.size(),
            notification.changed_at};
}

void Bookkeeper::compare(const RuleRunner::Entry& entry, Known& known, Changes& changes) {
    const auto& rule = entry.rule.rule();
    const auto& alerts = entry.rule.alerts();
    auto next = known.alerts.begin(); // Both are in the same order, and mostly have the same.
    for (const auto& [labels, alert] : alerts) {
        const auto now = essence_of(alert);
        const bool there = next != known.alerts.end() && next->first == labels;
        const auto [before, added] =
            there ? std::pair(next, false) : known.alerts.try_emplace(labels, now);
        next = std::next(before);
        if (!added && before->second == now) continue;
        before->second = now;
        changes.alerts.push_back({entry.id, rule.name, rule.scope, alert});
    }
    if (known.alerts.size() == alerts.size()) return; // All of `alerts` are in it.
    std::erase_if(known.alerts, [&](const auto& before) {
        if (alerts.contains(before.first)) return false;
        changes.alerts_gone.push_back({entry.id, before.first});
        return true;
    });
}

void Bookkeeper::compare(const std::string& sink, const routing::Desired& desired, Versions& known,
                         Changes& changes) {
    for (const auto& [key, notification] : desired) {
        const auto now = version_of(notification);
        const auto [before, added] = known.try_emplace(key, now);
        if (!added && before->second == now) continue;
        before->second = now;
        changes.notifications.push_back(notification);
    }
    if (known.size() == desired.size()) return;
    std::erase_if(known, [&](const auto& before) {
        if (desired.contains(before.first)) return false;
        changes.notifications_gone.push_back({sink, before.first});
        return true;
    });
}

Habits habits_of(const Engine& engine) {
    Habits habits;
    habits.reads = engine.rules().reads();
    for (TargetId id = 0; id < engine.target_count(); ++id) {
        const auto& state = engine.target(id);
        if (state.samples_expected > 0)
            habits.sizes.push_back({state.info.name, state.samples_expected});
    }
    return habits;
}

} // namespace keepwatch::engine
