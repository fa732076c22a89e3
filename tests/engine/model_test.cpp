// A million steps of pages, failures, receipts, silence, restarts, reloads and set clocks, against
// the plain model of alert_model.h: every alert with its times, every step that is told, and what
// the pager has to know. KEEPWATCH_MODEL_STEPS says how many (`make model`: a million), and
// KEEPWATCH_MODEL_SEED where to begin. A history that fails is cut to what is needed and printed.

#include <charconv>
#include <cstdlib>

#include "engine/alert_model.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::engine;
using namespace keepwatch::engine::model;

constexpr std::size_t kHistoryLength = 250;
constexpr std::size_t kCutsMax = 3'000; // Of a history that fails.

using Complaints = std::vector<std::string>;

// The agent and its model, living through the same.
class Twins {
public:
    Twins() : agent_([this] { return rules_of(variant_).setup; }) {
        load();
        world_.restart(policies_);
    }

    Complaints live(const Op& op) {
        complaints_.clear();
        switch (op.kind) {
        case Op::Kind::Page:
            asked_ = now_ + seconds(15);
            now_ = asked_ + milliseconds(100);
            body_ = body_of(op.page);
            happens(
                {now_, PageArrived{op.target, asked_, milliseconds(100), PageFormat::Text, body_}},
                [&] { world_.page(op.target, op.page, asked_); }, op.target);
            break;
        case Op::Kind::Fail:
            asked_ = now_ + seconds(15);
            now_ = asked_ + milliseconds(100);
            happens(
                {now_, ScrapeFailed{op.target, asked_, {}, "refused"}},
                [&] { world_.fail(op.target, asked_); }, op.target);
            break;
        case Op::Kind::Accept:
        case Op::Kind::Refuse:
        case Op::Kind::AcceptOld:
            deliver(op);
            break;
        case Op::Kind::Quiet:
            now_ = now_ + op.by;
            happens({now_, Tick{}}, [] {});
            break;
        case Op::Kind::Restart:
        case Op::Kind::Reload:
            restart(op);
            break;
        case Op::Kind::SetClock:
            set_clock(op.by);
            break;
        }
        return complaints_;
    }

private:
    template <class... Args> void complain(fmt::format_string<Args...> text, Args&&... args) {
        complaints_.push_back(fmt::format(text, std::forward<Args>(args)...));
    }

    void load() {
        policies_ = rules_of(variant_).policies;
        for (const auto& [name, policy] : policies_) {
            rules_[name].name = name;
            rules_[name].policy = policy;
        }
    }

    void happens(const Event& event, const std::function<void()>& in_the_world,
                 std::optional<TargetId> asked = {}) {
        for (auto slot = agent_.engine->next_deadline(); slot && *slot <= event.at;
             slot = agent_.engine->next_deadline())
            take({*slot, Tick{}}, [] {}, {});
        take(event, in_the_world, asked);
    }

    void take(const Event& event, const std::function<void()>& in_the_world,
              std::optional<TargetId> asked) {
        std::map<std::string, Timestamp> ran;
        for (const auto& entry : agent_.engine->rules().rules())
            ran[entry->rule.rule().name] = entry->rule.last_evaluation();
        auto told = apply(event);
        in_the_world();
        if (asked) asked_since_restart_.insert(*asked);
        std::vector<std::string> expected;
        if (const auto until = std::exchange(down_since_, std::nullopt))
            wake_up(event.at, *until, expected);
        for (const auto& entry : agent_.engine->rules().rules()) {
            const auto& name = entry->rule.rule().name;
            if (entry->rule.last_evaluation() != ran[name])
                run(entry->rule, told, expected);
            else if (asked && asked_since_restart_.size() == kTargets && name != "Grid" &&
                     name != "Limited" && world_.is_run_by(name, *asked))
                complain("{} did not run", name);
        }
        std::sort(told.begin(), told.end());
        std::sort(expected.begin(), expected.end());
        if (told != expected)
            complain("told {}; expected {}", fmt::join(told, ", "), fmt::join(expected, ", "));
        for (const auto& step : expected) pager_.take(step);
        if (const auto* delivery = std::get_if<DeliveryOutcome>(&event.what))
            pager_.settle(delivered_, delivery->revision);
        compare();
    }

    std::vector<std::string> apply(const Event& event) {
        std::vector<std::string> told;
        for (const auto& [step, runbook, sop] : agent_.engine->apply(event)) {
            const auto& alert = step.alert;
            told.push_back(fmt::format("{} {} {}", step.rule, key_of(alert.labels), name(step.to)));
            if (step.to == alert::Transition::To::Firing &&
                alert.fired_at - alert.active_at < policies_[step.rule].hold)
                complain("{} fired before its time", told.back());
        }
        engine::apply(agent_.bookkeeper.changes(*agent_.engine), agent_.memory);
        return told;
    }

    // After a restart: what ends because its rule is gone, or nobody looked for too long.
    void wake_up(Timestamp at, Timestamp until, std::vector<std::string>& steps) {
        for (auto& [name, rule] : rules_) {
            const bool gone = !policies_.contains(name);
            std::erase_if(rule.alerts, [&, &of = name](const auto& one) {
                const auto& [key, alert] = one;
                const bool pending = alert.state == State::Pending;
                if (!gone && (!pending || at - until <= hours(1))) return false;
                if (alert.state != State::Inactive)
                    steps.push_back(
                        fmt::format("{} {} {}", of, key, pending ? "dropped" : "resolved"));
                return true;
            });
        }
    }

    void run(const alert::RunningRule& theirs, const std::vector<std::string>& told,
             std::vector<std::string>& expected) {
        auto& ours = rules_.at(theirs.rule().name);
        const auto at = theirs.last_evaluation();
        if (ours.name == "Rising") return judge_rising(told, at, expected);
        auto result = ours.result(world_, at);
        if (result.has_value() == theirs.last_error().has_value())
            complain("{}: the error differs", ours.name);
        if (!result) return;
        if (ours.policy.limit > 0) keep_within_limit(ours, theirs, *result);
        for (auto& step : ours.run(world_, *result, at)) expected.push_back(std::move(step));
    }

    // Which of the new ones there is room for is the agent's choice.
    void keep_within_limit(const ModelRule& ours, const alert::RunningRule& theirs,
                           std::set<Key>& result) {
        std::set<Key> there;
        for (const auto& [labels, alert] : theirs.alerts())
            if (alert.state != State::Inactive) there.insert(key_of(labels));
        std::size_t old = 0;
        std::set<Key> fresh, left_out;
        for (const auto& key : result) {
            const auto known = ours.alerts.find(key);
            if (known != ours.alerts.end() && known->second.state != State::Inactive)
                ++old;
            else
                (there.contains(key) ? fresh : left_out).insert(key);
        }
        const auto limit = std::max(ours.policy.limit, old);
        if (old + fresh.size() > limit || (!left_out.empty() && old + fresh.size() < limit) ||
            theirs.left_out() != left_out.size())
            complain("{}: {} stay, {} are new, {} are left out", ours.name, old, fresh.size(),
                     left_out.size());
        for (const auto& key : left_out) result.erase(key);
    }

    // It reads a range, of which a restart may lose a part: only evidence is asked for.
    void judge_rising(const std::vector<std::string>& told, Timestamp at,
                      std::vector<std::string>& expected) {
        constexpr Duration lost_max{kRisingRange.ms / 4};
        for (const auto& step : told) {
            if (!step.starts_with("Rising ")) continue;
            const auto target = static_cast<TargetId>(step.at(8) - '1');
            const auto after = at - kRisingRange;
            if (step.ends_with("firing") && !world_.rose(target, after, at))
                complain("{} without a reason", step);
            if (step.ends_with("resolved") && world_.rose(target, after + lost_max, at))
                complain("{} too early", step);
            expected.push_back(step);
        }
    }

    void deliver(const Op& op) {
        std::vector<const routing::Notification*> owed;
        for (const auto& [key, notification] : agent_.engine->desired("pager"))
            if (notification.settled < notification.revision) owed.push_back(&notification);
        if (owed.empty()) return;
        const auto& one = *(op.target == 0 ? owed.front() : owed.back());
        const auto revision = op.kind == Op::Kind::AcceptOld ? one.revision - 1 : one.revision;
        delivered_ = incident_of(one);
        happens(
            {now_, DeliveryOutcome{"pager", one.key, revision, op.kind != Op::Kind::Refuse, ""}},
            [] {});
    }

    void restart(const Op& op) {
        down_since_ = agent_.engine->now();
        if (op.checkpoint) world_.checkpoint();
        if (op.kind == Op::Kind::Reload) variant_ = op.variant;
        load();
        world_.restart(policies_);
        agent_.restart(op.checkpoint);
        asked_since_restart_.clear();
        now_ = now_ + op.by;
        happens({now_, Tick{}}, [] {}); // The first thing that an agent does.
    }

    void set_clock(Duration by) {
        now_ = now_ + by;
        const auto told = apply({now_, ClockStepped{by}});
        if (!told.empty()) complain("the clock told {}", fmt::join(told, ", "));
        agent_.past->start_over(); // As the keeper of a live agent does.
        agent_.keep_samples();
        world_.shift(by);
        world_.checkpoint();
        for (auto& [name, rule] : rules_) rule.shift(by);
        compare();
    }

    void compare() {
        for (const auto& entry : agent_.engine->rules().rules())
            if (entry->rule.rule().name != "Rising") compare(entry->rule);
        compare_pager();
    }

    void compare(const alert::RunningRule& theirs) {
        const auto& ours = rules_.at(theirs.rule().name);
        std::map<Key, std::string> have, want;
        const auto text = [](State state, bool held, auto... times) {
            return fmt::format("{} {} {}", static_cast<int>(state), held,
                               fmt::join(std::array{times.ms...}, " "));
        };
        for (const auto& [labels, one] : theirs.alerts())
            have[key_of(labels)] =
                text(one.state, one.held, one.active_at, one.fired_at, one.resolved_at,
                     one.state == State::Firing ? one.keep_firing_since : Timestamp{});
        for (const auto& [key, one] : ours.alerts)
            want[key] = text(one.state, one.held, one.active_at, one.fired_at, one.resolved_at,
                             one.state == State::Firing ? one.gap_since : Timestamp{});
        if (have == want) return;
        complain("{} at {}: the agent has", ours.name, now_.ms);
        for (const auto& [key, one] : have) complain("  {} {}", key, one);
        complain("the model has");
        for (const auto& [key, one] : want) complain("  {} {}", key, one);
    }

    static std::string incident_of(const routing::Notification& notification) {
        return fmt::format("{} {}", notification.alert, notification.group_labels.get("instance"));
    }

    void compare_pager() {
        const auto& desired = agent_.engine->desired("pager");
        if (desired.size() != pager_.incidents.size())
            complain("{} incidents; expected {}", desired.size(), pager_.incidents.size());
        const auto newest_before = newest_;
        for (const auto& [key, theirs] : desired) {
            const auto known = pager_.incidents.find(incident_of(theirs));
            if (known == pager_.incidents.end()) {
                complain("{} is nobody's news", incident_of(theirs));
                continue;
            }
            auto& ours = known->second;
            const bool is_new = std::exchange(ours.changed, false);
            if (is_new ? theirs.revision <= newest_before : theirs.revision != ours.revision)
                complain("{}: revision {} after {}", known->first, theirs.revision, ours.revision);
            ours.revision = theirs.revision;
            newest_ = std::max(newest_, theirs.revision);
            if (theirs.settled != ours.settled)
                complain("{}: settled {}; expected {}", known->first, theirs.settled, ours.settled);
            compare_alerts(theirs, ours);
        }
    }

    void compare_alerts(const routing::Notification& theirs, const ModelPager::Incident& ours) {
        std::map<std::string, bool> firing;
        for (const auto& one : theirs.alerts) {
            const auto key = key_of(one.labels);
            firing[fmt::format("{} {}", theirs.alert, key)] = one.state == State::Firing;
            if (one.state != State::Firing || theirs.alert == "Rising") continue;
            const auto& alerts = rules_.at(theirs.alert).alerts;
            const auto known = alerts.find(key);
            if (known == alerts.end() || known->second.fired_at != one.fired_at)
                complain("{} {}: the page has another time", theirs.alert, key);
        }
        if (firing != ours.firing) complain("{}: the page has other alerts", incident_of(theirs));
    }

    int variant_ = 0;
    Agent agent_;
    Timestamp now_ = kStart;
    Timestamp asked_;
    std::string body_;
    World world_;
    std::map<std::string, Policy> policies_; // Of what is loaded.
    std::map<std::string, ModelRule> rules_; // And of what was.
    ModelPager pager_;
    std::string delivered_;
    std::uint64_t newest_ = 0;
    std::set<TargetId> asked_since_restart_;
    std::optional<Timestamp> down_since_;
    Complaints complaints_;
};

// How far a history goes until the two differ, and how; its length if they never do.
std::pair<std::size_t, Complaints> fate(const std::vector<Op>& history) {
    Twins twins;
    for (std::size_t i = 0; i < history.size(); ++i)
        if (auto complaints = twins.live(history[i]); !complaints.empty()) return {i, complaints};
    return {history.size(), {}};
}

// Leaves out what it fails without.
std::vector<Op> cut(std::vector<Op> history) {
    std::size_t cuts = 0;
    for (auto length = history.size() / 2; length > 0; length /= 2)
        for (std::size_t first = 0; first + length <= history.size() && cuts < kCutsMax; ++cuts) {
            auto shorter = history;
            const auto begin = shorter.begin() + static_cast<std::ptrdiff_t>(first);
            shorter.erase(begin, begin + static_cast<std::ptrdiff_t>(length));
            const auto [end, complaints] = fate(shorter);
            if (complaints.empty()) {
                first += length;
                continue;
            }
            shorter.resize(end + 1);
            history = std::move(shorter);
        }
    return history;
}

std::size_t number_from(const char* variable, std::size_t otherwise) {
    const char* text = std::getenv(variable);
    if (text == nullptr) return otherwise;
    const std::string_view digits(text);
    std::from_chars(digits.data(), digits.data() + digits.size(), otherwise);
    return otherwise;
}

std::string explained(const std::vector<Op>& history) {
    std::string text;
    for (const auto& op : history) text += to_text(op) + "\n";
    for (const auto& complaint : fate(history).second) text += "> " + complaint + "\n";
    return text;
}

} // namespace

TEST_CASE("engine::Engine: whatever happens, alerts and pages are what a plain model says") {
    const auto steps = number_from("KEEPWATCH_MODEL_STEPS", 5'000);
    auto seed = static_cast<unsigned>(number_from("KEEPWATCH_MODEL_SEED", 1));
    for (std::size_t done = 0; done < steps; done += kHistoryLength, ++seed) {
        Generator generator(seed);
        std::vector<Op> history(kHistoryLength);
        for (auto& op : history) op = generator.next();
        const auto [end, complaints] = fate(history);
        CHECK(complaints.empty());
        if (complaints.empty()) continue;
        history.resize(end + 1);
        FAIL("seed " << seed << ":\n" << explained(cut(history)));
    }
    MESSAGE(steps << " steps");
}
