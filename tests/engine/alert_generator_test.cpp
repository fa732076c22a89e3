// The cases of prometheus/compliance's alert generator test, which takes 40 minutes, in virtual
// time: samples are pushed every 15 s, groups run every 30 s, and a second after each push the
// alerts and the series ALERTS must be as they may be at that moment, and the steps told within
// their time. As there, a window begins with the sample that brings a state about and ends 40 s
// after the one that ends it, because nobody knows when in its interval a group runs.

#include <map>
#include <set>

#include "engine/agent_play.h"
#include "promql/parse.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::engine;

constexpr Duration kPushInterval = seconds(15);
constexpr Duration kSlack = seconds(30 + 10); // The group's interval, and what sending may take.
constexpr int kEnd = 1000;                    // After the last sample.

struct Pushed {
    Labels labels;
    std::map<int, double> values; // By the sample from which on; the last is where it ends.
};
struct Shown {
    std::string name; // The alert's, and its variant if it has one.
    std::string state;
    std::string value;
    std::string text; // Of its annotation.
    bool operator==(const Shown&) const = default;
};
struct Window {
    int first = 0;
    int last = 0;
    std::vector<Shown> shown;
};
struct Told {
    int sample = 0;
    std::string what;
};

struct Case {
    std::string rules;
    std::vector<Pushed> pushed;
    std::vector<Window> windows;
    std::vector<Told> told;
};

std::string name_of(const Labels& labels) {
    return fmt::format("{}{}", labels.get("alertname"), labels.get("variant"));
}

std::vector<Shown> shown(const Engine& engine) {
    std::vector<Shown> all;
    for (const auto& entry : engine.rules().rules())
        for (const auto& [labels, alert] : entry->rule.alerts())
            if (alert.state != alert::State::Inactive)
                all.push_back(
                    {name_of(labels), alert.state == alert::State::Firing ? "firing" : "pending",
                     fmt::format("{}", alert.value), std::string(alert.annotations.get("text"))});
    return all;
}

std::vector<Shown> series(const Engine& engine, Timestamp at) {
    const auto expr = promql::parse("sort_by_label(ALERTS, 'alertname', 'variant')");
    const auto value = promql::Evaluator(engine.everything(), {}).instant(**expr, at);
    std::vector<Shown> all;
    for (const auto& element : std::get<promql::VectorValue>(*value))
        all.push_back(
            {name_of(element.labels), std::string(element.labels.get("alertstate")), "", ""});
    return all;
}

SeriesPushed samples_of(const std::vector<Pushed>& pushed, int index, Timestamp at) {
    SeriesPushed event;
    for (const auto& one : pushed) {
        const auto next = one.values.upper_bound(index);
        if (next != one.values.end())
            event.series.push_back({one.labels, {{at, std::prev(next)->second}}});
    }
    return event;
}

bool is_within(Timestamp at, int first, int last) {
    return at >= kStart + kPushInterval * first && at <= kStart + kPushInterval * last + kSlack;
}

class Play {
public:
    explicit Play(const Case& what)
        : case_(what), agent_([&] { return setup_of(what.rules, 0, "rules.yml"); }) {}

    void run() {
        const int samples = case_.windows.back().first + 100;
        for (int i = 0; i < samples; ++i) {
            const auto at = kStart + kPushInterval * i;
            CAPTURE(i);
            run_until(at);
            take({at, samples_of(case_.pushed, i, at)});
            run_until(at + seconds(1));
            check(at + seconds(1));
        }
        for (std::size_t i = 0; i < case_.windows.size(); ++i) {
            CAPTURE(i);
            CHECK(seen_.contains(i));
        }
        CHECK(told_ == case_.told.size());
    }

private:
    void run_until(Timestamp until) {
        for (auto next = agent_.engine->next_deadline(); next && *next <= until;
             next = agent_.engine->next_deadline())
            take({*next, Tick{}});
        take({until, Tick{}});
    }
    void take(const Event& event) {
        for (const auto& [step, runbook, sop] : agent_.engine->apply(event)) {
            if (step.to != alert::Transition::To::Firing &&
                step.to != alert::Transition::To::Resolved)
                continue;
            REQUIRE(told_ < case_.told.size());
            const auto& expected = case_.told[told_++];
            CHECK(fmt::format("{} {}", name_of(step.alert.labels), name(step.to)) == expected.what);
            CHECK(is_within(step.at, expected.sample, expected.sample));
        }
    }
    void check(Timestamp at) {
        const auto alerts = shown(*agent_.engine);
        auto states = alerts;
        for (auto& one : states) one.value = one.text = "";
        CHECK(series(*agent_.engine, at) == states);
        bool allowed = false;
        for (std::size_t i = 0; i < case_.windows.size(); ++i) {
            const auto& window = case_.windows[i];
            if (!is_within(at, window.first, window.last) || window.shown != alerts) continue;
            allowed = true;
            seen_.insert(i);
        }
        CHECK(allowed);
    }

    const Case& case_;
    Agent agent_;
    std::set<std::size_t> seen_;
    std::size_t told_ = 0;
};

void play(const Case& what) {
    Play(what).run();
}

const Labels kA{{"__name__", "suite"}, {"of", "a"}};
const Labels kB{{"__name__", "suite"}, {"of", "b"}};

} // namespace

TEST_CASE("engine::Engine: alert generator: pending, firing, resolved, and all of it again") {
    play({R"(
groups:
- name: PendingAndFiringAndResolved
  interval: 30s
  rules:
  - alert: A
    expr: '{__name__="suite", of="a"} > 10'
    for: 6m
    annotations: { text: "{{ $value }} {{ .Value }}" }
)",
          {{kA,
            {{0, 3},
             {1, 5},
             {4, 9},
             {8, 11},
             {21, 15},
             {53, 19},
             {69, 9},
             {89, 15},
             {134, 8},
             {151, 0}}}},
          {{0, 8, {}},
           {8, 21, {{"A", "pending", "11", "11 11"}}},
           {21, 32, {{"A", "pending", "15", "15 15"}}},
           {32, 53, {{"A", "firing", "15", "15 15"}}},
           {53, 69, {{"A", "firing", "19", "19 19"}}},
           {69, 89, {}},
           {89, 113, {{"A", "pending", "15", "15 15"}}},
           {113, 134, {{"A", "firing", "15", "15 15"}}},
           {134, kEnd, {}}},
          {{32, "A firing"}, {69, "A resolved"}, {113, "A firing"}, {134, "A resolved"}}});
}

TEST_CASE("engine::Engine: alert generator: what ends pending and what never was is not told") {
    play({R"(
groups:
- name: PendingAndResolved_AlwaysInactive
  interval: 30s
  rules:
  - alert: A
    expr: '{__name__="suite", of="a"} > 10'
    for: 3m
  - alert: B
    expr: '{__name__="suite", of="b"} > 99'
    for: 3m
)",
          {{kA, {{0, 3}, {1, 5}, {4, 9}, {8, 11}, {19, 9}, {20, 0}}},
           {kB, {{0, 3}, {1, 5}, {4, 9}, {8, 11}, {19, 9}, {20, 0}}}},
          {{0, 8, {}}, {8, 19, {{"A", "pending", "11", ""}}}, {19, kEnd, {}}},
          {}});
}

TEST_CASE("engine::Engine: alert generator: no `for`, a small one, and every template function") {
    const std::string numbers = "1.049M 1Mi 2m 15s 95.9% 2022-01-25 12:36:43 +0000 UTC";
    const std::string words =
        "This Part IS TESTING the strings. ::1 127.0.0.1. 7815. replaced text. .";
    const auto id = [](const char* number) {
        return Labels{{"__name__", "suite"}, {"for", "template"}, {"id", number}};
    };
    play({R"(
groups:
- name: ZeroFor_SmallFor
  interval: 30s
  rules:
  - alert: A
    expr: '{__name__="suite", of="a"} > 10'
    annotations:
      text: '{{humanize 1048576}} {{humanize1024 1048576}} {{humanizeDuration 135.3563}} {{humanizePercentage 0.959}} {{humanizeTimestamp 1643114203}}, {{ define "t" }}{{.arg0}} {{.arg1}} {{.arg2}}, {{ with query "suite{for=''template''}" }}{{ . | sortByLabel "id" | first | label "id"}},{{ range $v := sortByLabel "id" .}}{{ . | label "id" }}:{{ . | value }},{{end}}{{end}}{{ end }}{{ template "t" (args "foo" "bar" 99) }}'
  - alert: B
    expr: '{__name__="suite", of="b"} > 13'
    for: 15s
    annotations:
      text: '{{title "this part"}} {{toUpper "is testing"}} {{toLower "THE STRINGS"}}. {{ stripPort "[::1]:6006"}} {{ stripPort "127.0.0.1:4004"}}. {{parseDuration "2h10m15s"}}. {{if match "[0-9]+" "1234"}}{{reReplaceAll "r.*d" "replaced" "rpld text"}}{{end}}. {{if match "[0-9]+$" "1234a"}}WRONG{{end}}.'
)",
          {{kA, {{0, 3}, {1, 5}, {4, 9}, {8, 15}, {21, 9}, {93, 11}, {106, 9}, {107, 0}}},
           {kB, {{0, 3}, {1, 5}, {4, 9}, {8, 15}, {21, 9}, {93, 11}, {106, 9}, {107, 0}}},
           {id("101"), {{0, 1}, {28, 2}, {kEnd, 0}}},
           {id("102"), {{0, 2}, {28, 4}, {kEnd, 0}}},
           {id("103"), {{0, 3}, {28, 6}, {kEnd, 0}}}},
          {{0, 8, {}},
           {8,
            10,
            {{"A", "firing", "15", numbers + ", foo bar 99, 101,101:1,102:2,103:3,"},
             {"B", "pending", "15", words}}},
           {10,
            21,
            {{"A", "firing", "15", numbers + ", foo bar 99, 101,101:1,102:2,103:3,"},
             {"B", "firing", "15", words}}},
           {21, 93, {}},
           {93, 106, {{"A", "firing", "11", numbers + ", foo bar 99, 101,101:2,102:4,103:6,"}}},
           {106, kEnd, {}}},
          {{8, "A firing"},
           {10, "B firing"},
           {21, "A resolved"},
           {21, "B resolved"},
           {93, "A firing"},
           {106, "A resolved"}}});
}

TEST_CASE("engine::Engine: alert generator: new alerts beside old ones, and rules in their order") {
    const auto variant = [](const char* which) {
        return Labels{{"__name__", "suite"}, {"of", "a"}, {"variant", which}};
    };
    play({R"(
groups:
- name: NewAlerts_OrderCheck
  interval: 30s
  rules:
  - alert: A
    expr: '{__name__="suite", of="a"} > 10'
    for: 3m
    labels: { foo: bar }
  - alert: B
    expr: (ALERTS{alertstate="firing", alertname="A", foo="bar", variant="1"} + ignoring(variant) ALERTS{alertstate="firing", alertname="A", foo="bar", variant="2"}) == 2
    labels: { foo: baz }
    annotations: { text: "{{ $labels.alertname }} had {{ .Labels.foo }}" }
)",
          {{variant("1"), {{0, 1}, {8, 11}, {73, 9}, {94, 0}}},
           {variant("2"), {{0, 1}, {32, 11}, {65, 9}, {86, 0}}}},
          {{0, 8, {}},
           {8, 20, {{"A1", "pending", "11", ""}}},
           {20, 32, {{"A1", "firing", "11", ""}}},
           {32, 44, {{"A1", "firing", "11", ""}, {"A2", "pending", "11", ""}}},
           {44,
            65,
            {{"A1", "firing", "11", ""},
             {"A2", "firing", "11", ""},
             {"B", "firing", "2", "A had bar"}}},
           {65, 73, {{"A1", "firing", "11", ""}}},
           {73, kEnd, {}}},
          {{20, "A1 firing"},
           {44, "A2 firing"},
           {44, "B firing"},
           {65, "A2 resolved"},
           {65, "B resolved"},
           {73, "A1 resolved"}}});
}
