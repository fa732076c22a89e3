#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/memory.h"
#include "engine/outcome.h"
#include "engine/push_feed.h"
#include "engine/rule_runner.h"
#include "engine/setup.h"
#include "engine/target_feed.h"
#include "model/event.h"
#include "routing/router.h"
#include "series/catalogue.h"
#include "series/joined_source.h"

namespace keepwatch::engine {

// The heart: a function of events. Pages, facts and outcomes in; steps of alerts and what each sink
// should know out. No socket, no clock, no thread: the live agent, the replay of a recording and
// every test feed the same class, and the same events give the same answers.
class Engine {
public:
    // With the memory of an Engine before it, it goes on where that one was: what the restart
    // itself brings about, such as the end of an alert whose rule is gone, follows from the first
    // event.
    explicit Engine(Setup setup, const Memory& memory = {});
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Takes what happened and returns what follows from it, in order. First everything runs that
    // was due before. An event that names no target of the setup is ignored.
    std::vector<Outcome> apply(const Event& event);

    // When it wants to be given a Tick if nothing else happens.
    std::optional<Timestamp> next_deadline() const { return rules_.next_slot(); }

    // What a sink should know now.
    const routing::Desired& desired(std::string_view sink) const { return router_.desired(sink); }

    Timestamp now() const { return now_; } // Of the newest event.
    const Setup& setup() const { return setup_; }
    const series::LiveStore& store() const { return store_; }
    const series::ArchiveStore& pushed() const { return pushed_; }
    const series::JoinedSource& everything() const { return everything_; } // And what was pushed.
    const series::Catalogue& catalogue() const { return catalogue_; } // Of pages, wanted or not.
    const PushStats& pushes() const { return pushes_.stats(); }
    const RuleRunner& rules() const { return rules_; }
    const routing::Router& router() const { return router_; }
    // What writes into the store, by a name that stays the same over restarts; "" if unknown.
    std::string source_name(series::SourceId source) const;
    std::size_t target_count() const { return feeds_.size(); }
    const TargetState& target(TargetId id) const { return feeds_[id]->state(); }

private:
    RuleSteps take(const Tick&) { return {}; }
    RuleSteps take(const PageArrived& page);
    RuleSteps take(const ScrapeFailed& failure);
    RuleSteps take(const FactsLearned& learned);
    RuleSteps take(const DeliveryOutcome& outcome);
    RuleSteps take(const ClockStepped& step);
    RuleSteps take(const SeriesPushed& pushed);

    void remember(const Memory& memory);
    void restore_pushed(const SeriesPast& past, Timestamp at);
    RuleSteps wake_up(Timestamp at);
    void introduce_confirmed();
    bool admit(TargetId target, const Labels& labels, Origin origin);
    bool is_retained(const Labels& labels) const;
    void note_names(TargetId target, Timestamp at);
    Outcome outcome_of(RuleStep step);
    routing::Sop sop_of(const RuleStep& step) const;

    Setup setup_;
    Interest retained_; // What SOPs and `retain` want, besides the rules.
    series::LiveStore store_;
    series::ArchiveStore pushed_;
    series::JoinedSource everything_;
    series::Catalogue catalogue_;
    routing::Router router_;
    RuleRunner rules_;
    PushFeed pushes_;
    std::vector<std::unique_ptr<TargetFeed>> feeds_; // By TargetId.
    Timestamp now_;
    std::optional<Timestamp> remembered_; // Until the first event: when the memory ends.
};

} // namespace keepwatch::engine
