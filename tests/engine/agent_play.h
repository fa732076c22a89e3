#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "engine/bookkeeper.h"
#include "engine/engine.h"
#include "engine/past.h"

// An Engine driven by hand, for the tests of this folder. What it does is told as text.
namespace keepwatch::engine {

constexpr Timestamp kStart{1'700'000'000'000};

// Of targets b1, b2, … of kind kafka; the file's name says which kind of rules it has.
inline Setup setup_of(std::string_view rules, std::size_t targets = 1,
                      const std::string& file = "rules.toml") {
    Setup setup;
    auto loaded = alert::parse_rules(rules, file);
    for (const auto& error : loaded.errors) FAIL(error.to_string());
    setup.rules = std::move(loaded.rules);
    setup.sinks = {{"pager"}};
    setup.whole_cluster = true;
    for (std::size_t i = 1; i <= targets; ++i) {
        const auto name = fmt::format("b{}", i);
        setup.targets.push_back(
            {name, "kafka", seconds(15), Labels{{"instance", name}, {"job", "kafka"}}});
    }
    return setup;
}

// An agent whose memory is kept as a journal would keep it, and which can be killed and started
// again: with the memory, and nothing else, the next one goes on.
struct Agent {
    std::function<Setup()> setup;
    Memory memory;
    std::unique_ptr<Engine> engine;
    Bookkeeper bookkeeper;
    std::optional<Past> past;
    Timestamp now = kStart;

    explicit Agent(std::function<Setup()> with) : setup(std::move(with)) { start(); }
    explicit Agent(std::string_view rules, std::size_t targets = 1, std::string file = "rules.toml")
        : Agent([=, text = std::string(rules)] { return setup_of(text, targets, file); }) {}

    void start() {
        engine = std::make_unique<Engine>(setup(), memory);
        bookkeeper = {};
        past.emplace(engine->setup());
    }
    // Whether the samples of the last minute were taken before the crash is luck.
    void restart(bool checkpoint = true) {
        if (checkpoint) keep_samples();
        start();
    }
    void keep_samples() {
        memory.habits = habits_of(*engine);
        engine::apply(past->take(*engine), memory);
    }

    std::string page(std::string_view body, TargetId target = 0, Duration after = seconds(15)) {
        now = now + after;
        return told({now + milliseconds(100),
                     PageArrived{target, now, milliseconds(100), PageFormat::Text, body}});
    }
    std::string fail(TargetId target = 0) {
        now = now + seconds(15);
        return told({now, ScrapeFailed{target, now, {}, "connect: Connection refused"}});
    }
    std::string fact(std::string name, double value, TargetId target = 0) {
        now = now + seconds(1);
        return told({now, FactsLearned{target, {{std::move(name), {}, value}}}});
    }
    std::string push(const Labels& labels, std::vector<Sample> samples, Duration after = {}) {
        now = now + after;
        return told({now, SeriesPushed{{{labels, std::move(samples)}}}});
    }
    std::string push(const Labels& labels, double value, Duration after = seconds(15)) {
        return push(labels, {{now + after, value}}, after);
    }
    std::string tick(Duration after) {
        now = now + after;
        return told({now, Tick{}});
    }
    std::string accept() {
        std::string text;
        const auto desired = engine->desired("pager"); // A copy: it changes.
        for (const auto& [key, owed] : desired)
            if (owed.settled < owed.revision)
                text += told({now, DeliveryOutcome{"pager", key, owed.revision, true, ""}});
        return text;
    }
    // `Urp b1 firing, Idle b2 resolved`: the alert, and the instance or else job of what it is on.
    std::string told(const Event& event) {
        std::string text;
        for (const auto& outcome : engine->apply(event)) {
            const auto& step = outcome.step;
            const auto& source = step.alert.source;
            const auto on = source.has("instance") ? source.get("instance") : source.get("job");
            text +=
                fmt::format("{}{} {} {}", text.empty() ? "" : ", ", step.rule, on, name(step.to));
        }
        engine::apply(bookkeeper.changes(*engine), memory);
        return text;
    }
    // What the pager has to be told: `Urp firing, Idle resolved`.
    std::string owed() const {
        std::string text;
        for (const auto& [key, notification] : engine->desired("pager")) {
            if (notification.settled >= notification.revision) continue;
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", notification.alert,
                                notification.firing() ? "firing" : "resolved");
        }
        return text;
    }
    const alert::Alert& alert() const {
        for (const auto& entry : engine->rules().rules())
            for (const auto& [labels, one] : entry->rule.alerts()) return one;
        FAIL("there is no alert");
        throw 0;
    }
};

} // namespace keepwatch::engine
