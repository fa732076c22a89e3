#pragma once

#include <algorithm>
#include <set>

#include "engine/model_world.h"

// What the agent must do with alerts and with its pager, in the plainest form. The model is told
// what happened and when each rule ran, and keeps every sample itself; it knows no PromQL, no store
// and no journal.
namespace keepwatch::engine::model {

using alert::State;
using Key = std::string; // `b1/k0`, `b1/` or `/`: what an alert is about.

inline Key key_of(const Labels& labels) {
    return fmt::format("{}/{}", labels.get("instance"), labels.get("kind"));
}

struct ModelAlert {
    State state = State::Inactive;
    Timestamp active_at, fired_at, resolved_at, gap_since;
    bool held = false;
};
using ModelAlerts = std::map<Key, ModelAlert>;

// A series: what pages said and when; nothing while it is known to have ended.
struct Known {
    Timestamp at;
    std::optional<int> value;
};

class World {
public:
    void page(TargetId target, const Page& page, Timestamp at) {
        for (std::size_t kind = 0; kind < kKinds; ++kind)
            set(values_[{target, kind}], page.values[kind] != kAbsent, page.values[kind], page, at);
        set(twice_[target], page.twice, 1, page, at);
        set(once_[target], true, 1, page, at);
        counters_[target].push_back({at, page.counter});
        hides_[target] = page.broken;
        for (auto& [rule, targets] : reads_) {
            const bool shows = std::any_of(page.values.begin(), page.values.end(),
                                           [](int value) { return value != kAbsent; });
            if (shows || rule == "Fragile" || rule == "Rising") targets.insert(target);
        }
    }
    void fail(TargetId target, Timestamp at) {
        for (std::size_t kind = 0; kind < kKinds; ++kind) values_[{target, kind}] = {at, {}};
        twice_[target] = once_[target] = {at, {}};
        hides_[target] = true;
    }
    void shift(Duration by) {
        for (auto& [key, known] : values_) known.at = known.at + by;
        for (auto* series : {&twice_, &once_})
            for (auto& known : *series) known.at = known.at + by;
        for (auto& counter : counters_)
            for (auto& known : counter) known.at = known.at + by;
    }
    void checkpoint() { kept_reads_ = reads_; }
    // Forgets the samples, and whom the rules read since the checkpoint.
    void restart(const std::map<std::string, Policy>& rules) {
        values_.clear();
        twice_ = once_ = {};
        hides_.fill(true);
        reads_.clear();
        for (const auto& [rule, policy] : rules) reads_[rule] = kept_reads_[rule];
    }

    std::optional<int> value(TargetId target, std::size_t kind, Timestamp at) const {
        const auto found = values_.find({target, kind});
        return found == values_.end() ? std::nullopt : visible(found->second, at);
    }
    bool joins(TargetId target, Timestamp at) const {
        return visible(once_[target], at).has_value();
    }
    bool is_ambiguous(TargetId target, Timestamp at) const {
        return joins(target, at) && visible(twice_[target], at);
    }
    bool hides(const std::string& rule, TargetId target) const {
        const auto found = reads_.find(rule);
        return found != reads_.end() && found->second.contains(target) && hides_[target];
    }
    // Whether a rule of ours must run when this target was asked.
    bool is_run_by(const std::string& rule, TargetId target) const {
        const auto& targets = reads_.at(rule);
        return targets.empty() || targets.contains(target);
    }
    // Whether the counter rose between two pages within (after, until].
    bool rose(TargetId target, Timestamp after, Timestamp until) const {
        std::optional<int> before;
        for (const auto& [at, value] : counters_[target]) {
            if (at <= after || at > until) continue;
            if (before && *value > *before) return true;
            before = value;
        }
        return false;
    }

private:
    static std::optional<int> visible(const Known& known, Timestamp at) {
        return known.at > at - minutes(5) && known.at <= at ? known.value : std::nullopt;
    }
    // A page that could not be read in part says nothing by what it lacks.
    static void set(Known& known, bool there, int value, const Page& page, Timestamp at) {
        if (there)
            known = {at, value};
        else if (!page.broken)
            known = {at, {}};
    }

    std::map<std::pair<TargetId, std::size_t>, Known> values_;
    std::array<Known, kTargets> twice_{}, once_{};
    std::array<std::vector<Known>, kTargets> counters_;
    std::array<bool, kTargets> hides_{true, true};
    std::map<std::string, std::set<TargetId>> reads_, kept_reads_;
};

// The alerts of one rule. Expressions are all about `v > 3`, but for Sum and Fragile.
struct ModelRule {
    std::string name;
    Policy policy;
    ModelAlerts alerts;

    // Nothing: the rule is in error.
    std::optional<std::set<Key>> result(const World& world, Timestamp at) const {
        std::set<Key> result;
        int sum = 0;
        bool any = false, ambiguous = false;
        for (TargetId target = 0; target < kTargets; ++target) {
            const auto instance = fmt::format("b{}/", target + 1);
            ambiguous |= world.is_ambiguous(target, at);
            for (std::size_t kind = 0; kind < kKinds; ++kind) {
                const auto value = world.value(target, kind, at);
                if (!value) continue;
                any = true;
                sum += *value;
                if (*value > 3 && (name != "Fragile" || world.joins(target, at)))
                    result.insert(fmt::format("{}k{}", instance, kind));
            }
            if (policy.missing && world.hides(name, target)) result.insert(instance);
        }
        if (name == "Fragile" && any && ambiguous) return std::nullopt;
        if (name == "Sum") return sum > 8 ? std::set<Key>{"/"} : std::set<Key>{};
        return result;
    }

    bool may_end(const World& world, const Key& key, const ModelAlert& one, Timestamp at) const {
        for (TargetId target = 0; target < kTargets; ++target) {
            const auto instance = fmt::format("b{}/", target + 1);
            const bool about = name == "Sum" || key.starts_with(instance);
            if (about && policy.keeps && world.hides(name, target)) return false;
            if (!about || !policy.recovers || one.state != State::Firing) continue;
            const auto kind = static_cast<std::size_t>(key.back() - '0');
            if (world.value(target, kind, at).value_or(0) >= 1) return false;
        }
        return true;
    }

    // Returns the steps, as `Keep b1/k0 firing`.
    std::vector<std::string> run(const World& world, const std::set<Key>& result, Timestamp at) {
        std::vector<std::string> steps;
        const auto tell = [&](const Key& key, const char* what) {
            steps.push_back(fmt::format("{} {} {}", name, key, what));
        };
        for (const auto& key : result) alerts.try_emplace(key);
        for (auto it = alerts.begin(); it != alerts.end();) {
            auto& [key, one] = *it;
            bool forget = false;
            if (result.contains(key)) {
                const bool is_new = one.state == State::Inactive;
                if (is_new) one = ModelAlert{State::Pending, at, {}, {}, {}, false};
                one.gap_since = {};
                one.held = false;
                const bool ripe = at - one.active_at >= policy.hold;
                if (ripe && one.state == State::Pending) {
                    one.state = State::Firing;
                    one.fired_at = at;
                    tell(key, "firing");
                } else if (!ripe && one.state == State::Firing) {
                    one.state = State::Pending;
                    one.fired_at = {};
                    tell(key, "pending");
                } else if (is_new) {
                    tell(key, "pending");
                }
            } else if (one.state == State::Inactive) {
                forget = at - one.resolved_at > minutes(15);
            } else if (!may_end(world, key, one, at)) {
                one.held = true;
            } else if (one.state == State::Pending) {
                tell(key, "dropped");
                forget = true;
            } else {
                one.held = false;
                if (one.gap_since.ms == 0 && policy.keep_firing.ms > 0) one.gap_since = at;
                if (policy.keep_firing.ms == 0 || at - one.gap_since >= policy.keep_firing) {
                    one.state = State::Inactive;
                    one.resolved_at = at;
                    tell(key, "resolved");
                }
            }
            it = forget ? alerts.erase(it) : std::next(it);
        }
        return steps;
    }

    void shift(Duration by) {
        for (auto& [key, one] : alerts)
            for (auto* t : {&one.active_at, &one.fired_at, &one.resolved_at, &one.gap_since})
                if (t->ms != 0) *t = *t + by;
    }
};

// What the pager was told and accepted, by incident: `Keep b1`.
struct ModelPager {
    struct Incident {
        std::map<std::string, bool> firing; // By alert, `Keep b1/k0`; false: it ended.
        bool changed = false;               // By the newest event.
        std::uint64_t revision = 0;         // As the engine gave it.
        std::uint64_t settled = 0;
    };
    std::map<std::string, Incident> incidents;

    void take(const std::string& step) {
        const auto last = step.rfind(' ');
        const auto alert = step.substr(0, last);
        const auto what = step.substr(last + 1);
        const auto incident = alert.substr(0, alert.find('/'));
        const auto known = incidents.find(incident);
        const bool told = known != incidents.end() && known->second.firing.contains(alert) &&
                          known->second.firing.at(alert);
        if (what == "dropped" || (what == "pending" && !told)) return;
        auto& changed = incidents[incident];
        changed.firing[alert] = what == "firing";
        changed.changed = true;
    }
    void settle(const std::string& incident, std::uint64_t revision) {
        const auto known = incidents.find(incident);
        if (known == incidents.end()) return;
        auto& [firing, changed, newest, settled] = known->second;
        settled = std::max(settled, revision);
        if (revision != newest) return;
        std::erase_if(firing, [](const auto& one) { return !one.second; });
        if (firing.empty()) incidents.erase(known);
    }
};

} // namespace keepwatch::engine::model
