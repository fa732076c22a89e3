#include "cli/telemetry.h"

#include <utility>

#include <fmt/ranges.h>

#include "engine/blindness.h"

namespace keepwatch::cli {
namespace {

constexpr Duration kBlindLookEvery = minutes(1);

// A few classes, so that a message never becomes a label.
std::string class_of(const engine::TargetState& target) {
    const auto& reason = target.reason;
    const auto says = [&](std::string_view text) { return reason.find(text) != reason.npos; };
    if (target.report.refused) return "refused";
    if (says("timeout")) return "timeout";
    if (says("HTTP ")) return "status";
    if (says("cut short")) return "cut_short";
    if (says("more than")) return "limit";
    return "unreachable";
}

void raise_to(serve::Metrics::Counter& counter, std::uint64_t now, std::uint64_t& before) {
    if (now > before) counter.Increment(static_cast<double>(now - before));
    before = now;
}

} // namespace

std::vector<prometheus::MetricFamily> Telemetry::Collect() const {
    auto all = registry_.Collect();
    for (auto& family : process_.Collect()) all.push_back(std::move(family));
    return all;
}

void Telemetry::scraped(const engine::TargetState& target) {
    const auto& name = target.info.name;
    metrics_.scrapes(name).Increment();
    metrics_.scrape_seconds(name).Observe(target.took.seconds());
    metrics_.page_bytes(name).Set(static_cast<double>(target.bytes));
    metrics_.samples_scraped(name).Set(static_cast<double>(target.report.samples));
    if (!target.up) metrics_.scrape_failures(name, class_of(target)).Increment();
    if (target.report.refused) metrics_.pages_refused(name).Increment();
    if (target.report.problem_count > 0)
        metrics_.page_problems(name).Increment(static_cast<double>(target.report.problem_count));
}

void Telemetry::attempted(const std::string& sink, notify::Verdict verdict) {
    switch (verdict) {
    case notify::Verdict::Accepted:
        metrics_.notifications_sent(sink).Increment();
        break;
    case notify::Verdict::Retry:
        metrics_.notification_failures(sink).Increment();
        break;
    case notify::Verdict::Refused:
        metrics_.notifications_refused(sink).Increment();
        break;
    }
}

void Telemetry::applied(const engine::Engine& engine, double seconds) {
    const auto stats = engine.store().stats();
    metrics_.series().Set(static_cast<double>(stats.series));
    raise_to(metrics_.limit_hits("series"), stats.series_refused, series_refused_);
    raise_to(metrics_.limit_hits("store_bytes"), stats.history_cuts, history_cuts_);
    raise_to(metrics_.limit_hits("pushed_series"), engine.pushes().samples_refused,
             pushes_refused_);
    raise_to(metrics_.limit_hits("pushed_samples"), engine.pushes().history_cuts, push_cuts_);
    metrics_.rule_evaluation_seconds().Observe(seconds);
    count_rules(engine);
    look_for_blind_rules(engine);
}

void Telemetry::look_for_blind_rules(const engine::Engine& engine) {
    const auto since = engine.now() - looked_for_blind_;
    if (since >= Duration{} && since < kBlindLookEvery) return;
    looked_for_blind_ = engine.now();
    auto before = std::exchange(blind_, {});
    for (const auto& rule : engine::blind_rules(engine)) {
        const auto nearest = fmt::format("{}", fmt::join(rule.nearest, ", "));
        auto& gauge = metrics_.rule_blind(rule.rule, rule.selector, nearest);
        gauge.Set(1);
        blind_.insert(&gauge);
        before.erase(&gauge);
    }
    for (auto* gauge : before) metrics_.remove_rule_blind(*gauge);
}

void Telemetry::count_rules(const engine::Engine& engine) {
    const auto& rules = engine.rules().rules();
    evaluations_counted_.resize(rules.size());
    double pending = 0;
    double firing = 0;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto& running = rules[i]->rule;
        for (const auto& [labels, alert] : running.alerts()) {
            pending += alert.state == alert::State::Pending ? 1 : 0;
            firing += alert.state == alert::State::Firing ? 1 : 0;
        }
        if (running.last_evaluation() == evaluations_counted_[i]) continue;
        evaluations_counted_[i] = running.last_evaluation();
        metrics_.rule_evaluations().Increment();
        if (rules[i]->group->limit > 0)
            metrics_.rule_alerts_left_out(running.rule().name)
                .Set(static_cast<double>(running.left_out()));
        if (running.last_error())
            metrics_.rule_evaluation_failures(running.rule().name).Increment();
    }
    metrics_.alerts("pending").Set(pending);
    metrics_.alerts("firing").Set(firing);
}

} // namespace keepwatch::cli
