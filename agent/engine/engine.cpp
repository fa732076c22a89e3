#include "engine/engine.h"

#include <algorithm>

#include "promql/selectors.h"
#include "runbook/queries.h"

namespace keepwatch::engine {
namespace {

// A rule's range must fit into what is kept, whatever the operator set.
series::LiveStore::Limits store_limits(const Setup& setup) {
    series::LiveStore::Limits limits;
    limits.retention = setup.retention;
    limits.series_max = setup.series_max;
    limits.bytes_max = setup.bytes_max;
    for (const auto& group : setup.rules.groups)
        for (const auto& rule : group.rules)
            for (const auto& expr : rule->expressions())
                limits.retention = std::max(limits.retention, promql::reach(*expr));
    return limits;
}

Interest retained_by(const Setup& setup) {
    constexpr Reader nobody = 0; // Only whether something matches is asked.
    Interest interest;
    for (const auto& selector : setup.retain.selectors) interest.add(nobody, selector);
    for (const auto& runbook : setup.runbooks.all())
        for (auto& selector : runbook::selectors_of(runbook))
            interest.add(nobody, std::move(selector));
    return interest;
}

} // namespace

Engine::Engine(Setup setup, const Memory& memory)
    : setup_(std::move(setup)), retained_(retained_by(setup_)), store_(store_limits(setup_)),
      pushed_({setup_.push_limits.series_max, setup_.push_limits.samples_max}),
      everything_(store_, pushed_), router_(setup_.sinks),
      rules_(setup_, store_, everything_,
             [this](TargetId id) -> const TargetState& { return target(id); }),
      pushes_(pushed_, setup_.push_limits.quiet_max,
              [this](const Labels& labels) { rules_.note_pushed(labels); }) {
    for (TargetId id = 0; id < setup_.targets.size(); ++id) {
        auto admit_series = [this, id](const Labels& labels, Origin origin) {
            return admit(id, labels, origin);
        };
        feeds_.push_back(std::make_unique<TargetFeed>(setup_.targets[id], store_,
                                                      std::move(admit_series), setup_.page_limits));
    }
    if (!memory.empty()) remember(memory);
}

std::vector<Outcome> Engine::apply(const Event& event) {
    // A step of the clock comes with the new time; all others find time going on.
    const bool stepped = std::holds_alternative<ClockStepped>(event.what);
    now_ = stepped ? event.at : std::max(now_, event.at);
    auto steps = wake_up(now_);
    if (!stepped) {
        auto due = rules_.run_grid(now_);
        steps.insert(steps.end(), std::move_iterator(due.begin()), std::move_iterator(due.end()));
    }
    auto caused = std::visit([this](const auto& what) { return take(what); }, event.what);
    steps.insert(steps.end(), std::move_iterator(caused.begin()), std::move_iterator(caused.end()));

    std::vector<Outcome> outcomes;
    outcomes.reserve(steps.size());
    for (auto& step : steps) outcomes.push_back(outcome_of(std::move(step)));
    introduce_confirmed();
    router_.forget_ends(now_);
    return outcomes;
}

RuleSteps Engine::take(const PageArrived& page) {
    if (page.target >= feeds_.size()) return {};
    const auto at = feeds_[page.target]->take(page);
    if (!at) return {};
    store_.end_gap(*at);
    note_names(page.target, *at);
    return rules_.run_after(page.target, Origin::Page, *at);
}

RuleSteps Engine::take(const ScrapeFailed& failure) {
    if (failure.target >= feeds_.size()) return {};
    const auto at = feeds_[failure.target]->take(failure);
    if (!at) return {};
    store_.end_gap(*at);
    return rules_.run_after(failure.target, Origin::Page, *at);
}

RuleSteps Engine::take(const FactsLearned& learned) {
    if (learned.target >= feeds_.size()) return {};
    const auto at = feeds_[learned.target]->take(learned, now_);
    return at ? rules_.run_after(learned.target, Origin::Fact, *at) : RuleSteps{};
}

RuleSteps Engine::take(const DeliveryOutcome& outcome) {
    router_.settle(outcome);
    return {};
}

RuleSteps Engine::take(const ClockStepped& step) {
    store_.shift_time(step.by);
    rules_.shift(step.by);
    router_.shift(step.by);
    pushes_.shift(step.by);
    catalogue_.shift_time(step.by);
    for (auto& feed : feeds_) feed->shift(step.by);
    return {};
}

RuleSteps Engine::take(const SeriesPushed& pushed) {
    store_.end_gap(now_);
    pushes_.take(pushed, now_);
    return rules_.run_after_push(now_);
}

bool Engine::admit(TargetId target, const Labels& labels, Origin origin) {
    const bool read = rules_.note_series(labels, target, origin);
    return read || origin != Origin::Page || setup_.retain.all || is_retained(labels);
}

void Engine::note_names(TargetId target, Timestamp at) {
    const auto& report = feeds_[target]->state().report;
    if (report.refused) return;
    if (report.series_added == 0 && report.series_gone == 0) return catalogue_.seen(target, at);
    const auto names = feeds_[target]->names();
    std::vector<series::Catalogue::Count> counts;
    counts.reserve(names.size());
    for (const auto& [name, series] : names) counts.push_back({name, series});
    catalogue_.replace(target, at, counts);
}

bool Engine::is_retained(const Labels& labels) const {
    bool wanted = false;
    retained_.match(labels, [&](Reader) { wanted = true; });
    return wanted;
}

Outcome Engine::outcome_of(RuleStep step) {
    auto sop = sop_of(step);
    router_.take(step.step, step.rule->scope, sop);
    return {std::move(step.step), step.rule->runbook, std::move(sop)};
}

routing::Sop Engine::sop_of(const RuleStep& step) const {
    const auto& rule = *step.rule;
    const auto* page = setup_.runbooks.find(rule.runbook.empty() ? rule.name : rule.runbook);
    routing::Sop sop;
    sop.id = rule.runbook;
    if (page == nullptr || step.step.to != alert::Transition::To::Firing) return sop;
    auto rendered = runbook::render(*page, {&step.step.alert, &everything_, step.step.at,
                                            setup_.runbook_base_url, rule.page_steps});
    return {std::move(rendered.id), std::move(rendered.title), std::move(rendered.url),
            std::move(rendered.steps), std::move(rendered.diagnosis)};
}

} // namespace keepwatch::engine
