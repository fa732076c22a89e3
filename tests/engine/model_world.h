#pragma once

#include <array>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/agent_play.h"

// What happens to an agent in the model test: two brokers, of which each page shows three values
// that rules watch, a series that is sometimes there twice, and a counter.
namespace keepwatch::engine::model {

inline constexpr std::size_t kTargets = 2;
inline constexpr std::size_t kKinds = 3;
inline constexpr int kAbsent = -1;

struct Page {
    std::array<int, kKinds> values{}; // 0, 2 or 5, or kAbsent.
    bool twice = false;               // `w` stands there twice: rules that join with it fail.
    bool broken = false;              // A line does not parse.
    int counter = 0;
    auto operator<=>(const Page&) const = default;
};

// One thing that happens. Means the same wherever it stands, so that a failing history can be cut.
struct Op {
    enum class Kind { Page, Fail, Accept, Refuse, AcceptOld, Quiet, Restart, Reload, SetClock };
    Kind kind = Kind::Page;
    TargetId target = 0;
    Page page{};
    Duration by{};          // Of Quiet and SetClock; of Restart and Reload: how long it was down.
    bool checkpoint = true; // Of Restart and Reload: whether samples and habits were kept before.
    int variant = 0;        // Of the rules, from a Reload on.
};

inline std::string to_text(const Op& op) {
    constexpr std::array names{"page",  "fail",    "accept", "refuse",   "accept old",
                               "quiet", "restart", "reload", "set clock"};
    auto text = fmt::format("{} b{}", names[static_cast<std::size_t>(op.kind)], op.target + 1);
    if (op.kind == Op::Kind::Page)
        text += fmt::format(" {} {} {} counter {}{}{}", op.page.values[0], op.page.values[1],
                            op.page.values[2], op.page.counter, op.page.twice ? " twice" : "",
                            op.page.broken ? " broken" : "");
    if (op.by.ms != 0) text += fmt::format(" by {} s", op.by.ms / 1000);
    if (!op.checkpoint) text += " without checkpoint";
    if (op.kind == Op::Kind::Reload) text += fmt::format(" {}", op.variant);
    return text;
}

inline std::string body_of(const Page& page) {
    std::string body;
    for (int i = 0; i < 12; ++i) body += fmt::format("filler{} 1\n", i); // Never half a page.
    for (std::size_t kind = 0; kind < kKinds; ++kind)
        if (page.values[kind] != kAbsent)
            body += fmt::format("v{{kind=\"k{}\"}} {}\n", kind, page.values[kind]);
    body += "w{n=\"1\"} 1\n";
    if (page.twice) body += "w{n=\"2\"} 1\n";
    body += fmt::format("c {}\n", page.counter);
    return body + (page.broken ? "broken{ 1\n" : "");
}

class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    Op next() {
        Op op;
        op.target = static_cast<TargetId>(choose(kTargets));
        const auto dice = choose(100);
        if (dice < 64) {
            op.page = next_page(op.target);
        } else if (dice < 71) {
            op.kind = Op::Kind::Fail;
        } else if (dice < 85) {
            op.kind = dice < 81   ? Op::Kind::Accept
                      : dice < 82 ? Op::Kind::Refuse
                                  : Op::Kind::AcceptOld;
        } else if (dice < 89) {
            op.kind = Op::Kind::Quiet;
            op.by = choose(8) == 0 ? minutes(70) : seconds(20 * (1 + choose(24)));
        } else if (dice < 94) {
            op.kind = Op::Kind::Restart;
            op.checkpoint = choose(3) != 0;
            op.by = choose(8) == 0 ? minutes(70) : seconds(choose(40));
        } else if (dice < 97) {
            op.kind = Op::Kind::Reload;
            op.checkpoint = choose(3) != 0;
            op.by = seconds(choose(3));
            op.variant = static_cast<int>(choose(3));
        } else {
            op.kind = Op::Kind::SetClock;
            op.by = seconds(60 * (1 + choose(120)));
            if (choose(2) == 0) op.by = -op.by;
        }
        return op;
    }

private:
    std::uint32_t choose(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
    // Mostly as the last one.
    Page next_page(TargetId target) {
        auto& page = pages_[target];
        for (auto& value : page.values)
            if (choose(5) == 0) value = std::array{kAbsent, 0, 2, 5, 5}[choose(5)];
        page.twice = choose(12) == 0;
        page.broken = choose(8) == 0;
        if (choose(6) == 0) ++page.counter;
        return page;
    }

    std::mt19937 random_;
    std::array<Page, kTargets> pages_{};
};

// What rules do with alerts, told to the model as plain facts.
struct Policy {
    Duration hold{};
    Duration keep_firing{};
    bool keeps = true;    // Without data an alert stays as it is.
    bool missing = false; // … and there is one for each target without data.
    bool recovers = false;
    std::size_t limit = 0;
};

struct Rules {
    Setup setup;
    std::map<std::string, Policy> policies; // By the alert's name.
};

inline constexpr Duration kRisingRange = minutes(2);

inline Rules rules_of(int variant) {
    const std::array holds{seconds(30), seconds(0), seconds(75)};
    const auto hold = holds[static_cast<std::size_t>(variant)];
    const auto text = [](Duration d) { return fmt::format("{}s", d.ms / 1000); };
    std::string native = fmt::format(R"x(
[[rule]]
alert = "Keep"
expr = "v > 3"
for = "{}"
keep_firing_for = "40s"
[[rule]]
alert = "Missing"
expr = "v > 3"
no_data = "alert"
[[rule]]
alert = "Recover"
expr = "v > 3"
recover = "v < 1"
[[rule]]
alert = "Sum"
expr = "sum(v) > 8"
for = "20s"
[[rule]]
alert = "Fragile"
expr = "v * on (instance) group_left () w > 3"
for = "{}"
[[rule]]
alert = "Rising"
expr = "increase(c[2m]) > 0"
)x",
                                     text(hold), text(hold));
    if (variant != 2)
        native += R"(
[[rule]]
alert = "Resolve"
expr = "v > 3"
for = "30s"
no_data = "resolve"
)";
    const auto prometheus = fmt::format(R"(
groups:
- name: grid
  interval: 30s
  rules:
  - alert: Grid
    expr: v > 3
    for: {}
    keep_firing_for: 2m
- name: limited
  interval: 30s
  limit: 2
  rules:
  - alert: Limited
    expr: v > 3
)",
                                        text(hold));
    Rules rules;
    rules.setup = setup_of(native, kTargets);
    for (auto& group : setup_of(prometheus, 0, "rules.yml").rules.groups)
        rules.setup.rules.groups.push_back(std::move(group));
    rules.policies["Keep"] = {hold, seconds(40)};
    rules.policies["Missing"].missing = true;
    rules.policies["Recover"].recovers = true;
    rules.policies["Sum"].hold = seconds(20);
    rules.policies["Fragile"].hold = hold;
    rules.policies["Rising"];
    if (variant != 2) rules.policies["Resolve"] = {seconds(30), {}, false};
    rules.policies["Grid"] = {hold, minutes(2), false};
    rules.policies["Limited"] = {{}, {}, false, false, false, 2};
    return rules;
}

} // namespace keepwatch::engine::model
