#include "routing/router.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace keepwatch::routing {
namespace {

using alert::Alert;
using alert::State;
using alert::Transition;

bool contains(const std::vector<Alert>& alerts, const Alert& wanted) {
    return std::any_of(alerts.begin(), alerts.end(),
                       [&](const Alert& known) { return known.labels == wanted.labels; });
}

bool fires(const std::vector<Alert>& alerts, const Alert& wanted) {
    return std::any_of(alerts.begin(), alerts.end(), [&](const Alert& known) {
        return known.labels == wanted.labels && known.state == State::Firing;
    });
}

void put(std::vector<Alert>& alerts, const Alert& changed) {
    const auto same = [&](const Alert& known) { return known.labels == changed.labels; };
    const auto at = std::find_if(alerts.begin(), alerts.end(), same);
    if (at == alerts.end())
        alerts.push_back(changed);
    else
        *at = changed;
}

} // namespace

bool Notification::firing() const {
    return std::any_of(alerts.begin(), alerts.end(),
                       [](const Alert& one) { return one.state == State::Firing; });
}

Labels group_labels(const Labels& alert, alert::Scope scope) {
    LabelsBuilder group;
    for (const std::string_view name : {"alertname", "cluster"}) group.set(name, alert.get(name));
    if (scope == alert::Scope::Host) group.set("instance", alert.get("instance"));
    return group.build();
}

std::string deduplication_key(const Labels& group) {
    std::string text;
    for (const auto& [name, value] : group) {
        text += fmt::format("{}{}{}{}", name, '\xff', value, '\xff');
    }
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    // The cast is OpenSSL's idea of a byte.
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return fmt::format("kw1:{:02x}", fmt::join(digest, ""));
}

Router::Router(std::vector<SinkInfo> sinks) {
    for (auto& sink : sinks) {
        desired_.try_emplace(sink.name);
        if (sink.ends_repeated > Duration{}) repeating_.push_back(std::move(sink));
    }
}

void Router::take(const Transition& step, alert::Scope scope, const Sop& sop) {
    const auto group = group_labels(step.alert.labels, scope);
    const auto key = deduplication_key(group);
    if (step.to == Transition::To::Pending) return take_pending(step, key);
    if (step.to == Transition::To::Dropped) return;
    raise_revision(step.at);
    for (auto& [sink, incidents] : desired_) {
        // Its end is news even if the sink has settled its beginning, so it may be new here.
        auto& notification = incidents[key];
        notification.sink = sink;
        notification.key = key;
        tell(step, group, sop, notification);
    }
}

void Router::take_pending(const Transition& step, const std::string& key) {
    auto over = step;
    over.to = Transition::To::Resolved;
    over.alert.state = State::Inactive;
    over.alert.resolved_at = step.at;
    for (auto& [sink, incidents] : desired_) {
        const auto known = incidents.find(key);
        if (known == incidents.end()) continue;
        if (!fires(known->second.alerts, step.alert)) {
            end_repeats(step.alert.labels, incidents, known);
            continue;
        }
        raise_revision(step.at);
        tell(over, known->second.group_labels, known->second.sop, known->second);
    }
}

void Router::end_repeats(const Labels& alert, Desired& incidents, Desired::iterator incident) {
    auto& notification = incident->second;
    if (notification.settled < notification.revision) return; // Its end is owed still.
    const auto is_it = [&](const Alert& one) { return one.labels == alert; };
    if (std::erase_if(notification.alerts, is_it) == 0) return;
    ++changes_;
    if (notification.alerts.empty()) incidents.erase(incident);
}

void Router::introduce(const Transition& step, alert::Scope scope, const Sop& sop) {
    const auto group = group_labels(step.alert.labels, scope);
    const auto key = deduplication_key(group);
    for (auto& [sink, incidents] : desired_) {
        const auto known = incidents.find(key);
        if (known != incidents.end() && contains(known->second.alerts, step.alert)) continue;
        raise_revision(step.at);
        auto& notification = incidents[key];
        notification.sink = sink;
        notification.key = key;
        tell(step, group, sop, notification);
    }
}

void Router::tell(const Transition& step, const Labels& group, const Sop& sop,
                  Notification& notification) const {
    notification.alert = step.rule;
    notification.group_labels = group;
    const bool firing = step.to == Transition::To::Firing;
    if (firing || notification.sop.id.empty()) notification.sop = sop;
    notification.revision = revision_;
    notification.changed_at = step.at;
    put(notification.alerts, step.alert);
}

void Router::raise_revision(Timestamp at) {
    const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(at.ms, 0));
    revision_ = std::max(revision_ + 1, now);
    ++changes_;
}

void Router::restore(const std::vector<Notification>& notifications, std::uint64_t revision) {
    revision_ = std::max(revision_, revision);
    ++changes_;
    for (const auto& notification : notifications) {
        const auto sink = desired_.find(notification.sink);
        if (sink != desired_.end()) sink->second[notification.key] = notification;
    }
}

void Router::settle(const DeliveryOutcome& outcome) {
    const auto sink = desired_.find(outcome.sink);
    if (sink == desired_.end()) return;
    const auto known = sink->second.find(outcome.key);
    if (known == sink->second.end()) return;
    ++changes_;
    known->second.settled = std::max(known->second.settled, outcome.revision);
    const bool repeats = std::any_of(repeating_.begin(), repeating_.end(),
                                     [&](const auto& one) { return one.name == outcome.sink; });
    if (repeats || known->second.revision != outcome.revision) return;
    auto& alerts = known->second.alerts;
    std::erase_if(alerts, [](const Alert& alert) { return alert.state != State::Firing; });
    if (alerts.empty()) sink->second.erase(known);
}

void Router::forget_ends(Timestamp now) {
    for (const auto& sink : repeating_) {
        const auto is_over = [&](const Alert& alert) {
            return alert.state != State::Firing && alert.resolved_at + sink.ends_repeated <= now;
        };
        auto& incidents = desired_.find(sink.name)->second;
        for (auto& [key, notification] : incidents) {
            if (notification.settled != notification.revision) continue;
            if (std::erase_if(notification.alerts, is_over) > 0) ++changes_;
        }
        std::erase_if(incidents, [](const auto& entry) { return entry.second.alerts.empty(); });
    }
}

void Router::shift(Duration by) {
    ++changes_;
    for (auto& [sink, incidents] : desired_)
        for (auto& [key, notification] : incidents) {
            notification.changed_at = notification.changed_at + by;
            for (auto& alert : notification.alerts) alert::shift(alert, by);
        }
}

const Desired& Router::desired(std::string_view sink) const {
    static const Desired kNothing;
    const auto known = desired_.find(sink);
    return known == desired_.end() ? kNothing : known->second;
}

} // namespace keepwatch::routing
