// Timelines as text: one character an evaluation, 15 s apart. In the input `x` is in the result,
// `.` is not, `?` is not and the reason is unknown. In the answer P, F, R, D are the steps to
// pending, firing, resolved and dropped; p, f and - say that the alert stays pending, firing or
// absent.

#include "alert/state_machine.h"

#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {

using namespace keepwatch;
using namespace keepwatch::alert;

constexpr Timestamp kStart{1'700'000'000'000};
constexpr Duration kInterval = seconds(15);

char state_of(const Alerts& alerts) {
    if (alerts.empty() || alerts.begin()->second.state == State::Inactive) return '-';
    return alerts.begin()->second.state == State::Pending ? 'p' : 'f';
}

struct Timeline {
    Rule rule;
    Alerts alerts;
    Timestamp now = kStart;

    std::string play(std::string_view results) {
        std::string answer;
        for (const char result : results) {
            std::vector<Observation> seen;
            const Labels labels{{"alertname", "A"}, {"instance", "b1"}};
            if (result == 'x') seen.push_back({labels, Labels{{"instance", "b1"}}, {}, 1});
            const auto judge = [&](const Alert&) {
                return result == '?' ? Absence::Unknown : Absence::Recovered;
            };
            const auto steps = advance(rule, now, seen, judge, alerts);
            CHECK(steps.size() <= 1);
            answer += steps.empty() ? state_of(alerts) : "PFRD"[static_cast<int>(steps[0].to)];
            now = now + kInterval;
        }
        return answer;
    }
};

std::string play(Duration hold, Duration keep_firing, std::string_view results) {
    Timeline timeline;
    timeline.rule.name = "A";
    timeline.rule.hold = hold;
    timeline.rule.keep_firing = keep_firing;
    return timeline.play(results);
}

} // namespace

TEST_CASE("alert::advance: pending, firing and resolved follow `for`") {
    CHECK(play(seconds(0), {}, ".x.x") == "-FRF");
    CHECK(play(seconds(30), {}, ".xxxx..x") == "-PpFfR-P");
    CHECK(play(seconds(20), {}, "xxx") == "PpF"); // Held for 30 s, the first moment past 20 s.
    CHECK(play(seconds(30), {}, "xx.xxx") == "PpDPpF");
}

TEST_CASE("alert::advance: keep_firing_for outlasts a gap, and only of a firing alert") {
    CHECK(play(seconds(0), seconds(30), "x..x..") == "Ffffff"); // The gap's clock starts again.
    CHECK(play(seconds(0), seconds(30), "x...x") == "FffRF");
    CHECK(play(seconds(30), seconds(30), "xx.") == "PpD");
}

TEST_CASE("alert::advance: what is absent for an unknown reason stays as it is") {
    CHECK(play(seconds(0), {}, "x???.") == "FfffR");
    CHECK(play(seconds(30), {}, "x?xx") == "PpFf"); // The hold counts from the first sight.
    CHECK(play(seconds(30), {}, "x??") == "Ppp");   // But only sight can make it fire.
    CHECK(play(seconds(0), {}, "??.") == "---");
}

TEST_CASE("alert::advance: a firing alert younger than a raised `for` waits again") {
    Timeline timeline;
    timeline.rule.hold = seconds(0);
    CHECK(timeline.play("x") == "F");
    timeline.rule.hold = seconds(60);
    CHECK(timeline.play("xxxx") == "PppF");
}

TEST_CASE("alert::advance: a resolved alert is remembered for 15 minutes and no longer") {
    Timeline timeline;
    CHECK(timeline.play("x.") == "FR");
    const auto& alert = timeline.alerts.begin()->second;
    CHECK(alert.fired_at == kStart);
    CHECK(alert.resolved_at == kStart + kInterval);
    timeline.play(std::string(60, '.')); // 15 minutes.
    CHECK(timeline.alerts.size() == 1);
    timeline.play(".");
    CHECK(timeline.alerts.empty());
}

TEST_CASE("alert::advance: value and annotations are those of the newest result") {
    Rule rule;
    Alerts alerts;
    const Labels labels{{"alertname", "A"}};
    const auto observe = [&](Timestamp at, double value, std::string_view summary) {
        const std::vector<Observation> seen{{labels, {}, Labels{{"summary", summary}}, value}};
        return advance(rule, at, seen, nullptr, alerts);
    };
    CHECK(observe(kStart, 1, "one").size() == 1);
    CHECK(observe(kStart + kInterval, 2, "two").empty());
    CHECK(alerts.at(labels).value == 2);
    CHECK(alerts.at(labels).annotations.get("summary") == "two");
    CHECK(alerts.at(labels).active_at == kStart);
}

TEST_CASE("alert::kEdges: each is taken for what it says, and no other") {
    constexpr auto now = kStart;
    constexpr auto ago = [](Duration how_long) { return kStart - how_long; };
    struct Case {
        Duration hold;
        Duration keep_firing;
        Alert alert;
        Sight sight;
        std::size_t edge;
    };
    const auto alert = [](State state, Timestamp active_at) {
        Alert one;
        one.state = state;
        one.active_at = active_at;
        return one;
    };
    const auto resolved = [&](Timestamp at) {
        auto one = alert(State::Inactive, ago(hours(1)));
        one.resolved_at = at;
        return one;
    };
    const auto kept_since = [&](Timestamp at) {
        auto one = alert(State::Firing, ago(hours(1)));
        one.keep_firing_since = at;
        return one;
    };
    const Duration none{};
    const auto minute = minutes(1);
    const auto tick = milliseconds(1);
    const std::vector<Case> cases{
        {none, none, alert(State::Inactive, now), Sight::Seen, 0},
        {tick, none, alert(State::Inactive, now), Sight::Seen, 1},
        {none, none, resolved(ago(minutes(15))), Sight::Gone, 2},
        {none, none, resolved(ago(minutes(15) + tick)), Sight::Gone, 3},
        {minute, none, alert(State::Pending, ago(minute)), Sight::Seen, 4},
        {minute, none, alert(State::Pending, ago(minute - tick)), Sight::Seen, 5},
        {minute, none, alert(State::Pending, ago(hours(1))), Sight::Gone, 6},
        {none, minute, alert(State::Pending, ago(tick)), Sight::Gone, 6},
        {minute, none, alert(State::Pending, ago(hours(1))), Sight::Hidden, 7},
        {minute, none, alert(State::Firing, ago(minute)), Sight::Seen, 8},
        {minute, none, alert(State::Firing, ago(minute - tick)), Sight::Seen, 9},
        {none, tick, alert(State::Firing, ago(minute)), Sight::Gone, 10},
        {none, minute, kept_since(ago(minute - tick)), Sight::Gone, 10},
        {none, minute, kept_since(ago(minute)), Sight::Gone, 11},
        {none, none, alert(State::Firing, ago(minute)), Sight::Gone, 11},
        {none, none, alert(State::Firing, ago(minute)), Sight::Hidden, 12},
    };
    std::set<std::size_t> taken;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        CAPTURE(i);
        Rule rule;
        rule.hold = cases[i].hold;
        rule.keep_firing = cases[i].keep_firing;
        const auto& edge = edge_of(rule, cases[i].alert, cases[i].sight, now);
        CHECK(static_cast<std::size_t>(&edge - kEdges.data()) == cases[i].edge);
        taken.insert(cases[i].edge);
    }
    CHECK(taken.size() == kEdges.size());
}

TEST_CASE("alert::advance: says why") {
    Rule rule;
    rule.name = "A";
    rule.hold = seconds(30);
    Alerts alerts;
    const std::vector<Observation> there{{Labels{{"alertname", "A"}}, {}, {}, 1}};
    std::string said;
    const auto play = [&](std::span<const Observation> result, int after) {
        for (const auto& step : advance(rule, kStart + seconds(after), result, nullptr, alerts))
            said += fmt::format("{}: {}\n", name(step.to), step.reason);
    };
    play(there, 0);
    play(there, 40);
    rule.hold = minutes(1);
    play(there, 50);
    play({}, 55);
    rule.hold = {};
    play(there, 60);
    play({}, 65);
    CHECK(said == "pending: fires after 30s\nfiring: held for 40s\npending: for was raised\n"
                  "dropped: ended before it fired\nfiring: at once\n"
                  "resolved: no longer in the result\n");
}

TEST_CASE("alert::shift: moves the times that are set and no others") {
    Alert alert;
    alert.active_at = kStart;
    shift(alert, hours(-1));
    CHECK(alert.active_at == kStart - hours(1));
    CHECK(alert.fired_at == Timestamp{});
}
