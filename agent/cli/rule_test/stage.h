#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/rule_test/input_series.h"
#include "engine/engine.h"
#include "engine/setup.h"

namespace keepwatch::cli::rule_test {

// Turns series with one value for each interval into what would have happened to an agent, so that
// rules are tested by the Engine that evaluates them live.
//
// Series with an `instance` are on the pages of a target of that name, `job` and `cluster`, which
// is scraped at each interval; a value that is missing is missing on the page. `up` says how a
// scrape went: 0 that it failed, `_` that there was none; `scrape_duration_seconds` how long it
// took, and `scrape_samples_scraped` how many samples the whole page has. `keepwatch_process_up` is
// a fact, learned a moment before the page. Series without `instance` were written to the agent by
// others.
class Stage {
public:
    Stage(std::vector<InputSeries> series, Timestamp start, Duration interval,
          const std::string& cluster);

    std::vector<TargetInfo> targets() const;

    // Plays all that happens up to and at a moment, the later the better.
    void play_until(Timestamp until, engine::Engine& engine);

private:
    struct Member {
        TargetInfo info;
        std::vector<InputSeries> page; // Without the target's labels.
        std::vector<InputSeries> facts;
        std::optional<Slots> up;
        std::optional<Slots> took;    // In seconds.
        std::optional<Slots> samples; // Of the whole page.
    };
    void play_tick(engine::Engine& engine);
    void learn_facts(TargetId id, engine::Engine& engine) const;
    void scrape(TargetId id, engine::Engine& engine) const;
    void push(engine::Engine& engine) const;
    std::string page_of(const Member& member) const;
    static std::optional<double> value(const Slots& slots, std::size_t tick);
    static std::optional<Slots>* scrape_slots(Member& member, std::string_view name);
    Member& member_of(const Labels& labels, const std::string& cluster);

    Timestamp next_;
    Duration interval_;
    std::size_t tick_ = 0;
    std::vector<Member> members_;
    std::vector<InputSeries> pushed_;
};

} // namespace keepwatch::cli::rule_test
