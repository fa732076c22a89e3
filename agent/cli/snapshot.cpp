#include "cli/snapshot.h"

#include "promql/print.h"

namespace keepwatch::cli {
namespace {

serve::AlertView view_of(const alert::Alert& alert) {
    serve::AlertView view{alert.labels, alert.annotations, alert.state, alert.active_at,
                          {},           alert.value};
    if (alert.keep_firing_since.ms != 0) view.keep_firing_since = alert.keep_firing_since;
    return view;
}

Labels as_written(const std::vector<alert::TemplatedLabel>& labels) {
    LabelsBuilder builder;
    for (const auto& label : labels) builder.set(label.name, label.text);
    return builder.build();
}

serve::RuleView view_of(const alert::RunningRule& running) {
    const auto& rule = running.rule();
    serve::RuleView view;
    view.recording = rule.kind == alert::Rule::Kind::Recording;
    view.name = rule.name;
    view.query = promql::print(*rule.expr);
    view.hold = rule.hold;
    view.keep_firing = rule.keep_firing;
    view.labels = as_written(rule.labels);
    view.annotations = as_written(rule.annotations);
    for (const auto& [labels, alert] : running.alerts())
        if (alert.state != alert::State::Inactive) view.alerts.push_back(view_of(alert));
    if (running.last_evaluation().ms != 0) view.last_evaluation = running.last_evaluation();
    if (view.last_evaluation) view.health = serve::Health::Ok;
    if (const auto& error = running.last_error()) {
        view.health = serve::Health::Err;
        view.last_error = error->to_string();
    }
    return view;
}

serve::TargetView view_of(const engine::TargetState& state, const config::Target& target) {
    serve::TargetView view;
    view.job = state.info.kind;
    view.url = target.url;
    view.labels = state.info.labels;
    view.interval = target.interval;
    view.timeout = target.timeout;
    if (state.scraped) view.last_scrape = state.last_scrape;
    view.took = state.took;
    view.up = state.up;
    view.last_error = state.reason;
    view.families = state.families;
    return view;
}

} // namespace

std::shared_ptr<const serve::Snapshot> snapshot_of(const engine::Engine& engine,
                                                   const std::vector<config::Target>& targets) {
    auto snapshot = std::make_shared<serve::Snapshot>();
    const alert::Group* group = nullptr;
    for (const auto& entry : engine.rules().rules()) {
        if (entry->group != group) {
            group = entry->group;
            const auto interval = group->interval.value_or(engine.setup().group_interval);
            snapshot->groups.push_back(
                {group->name, group->file, interval, group->limit, {}, 0, {}});
        }
        auto& view = snapshot->groups.back();
        view.rules.push_back(view_of(entry->rule));
        view.last_evaluation = view.rules.back().last_evaluation;
    }
    for (TargetId id = 0; id < targets.size() && id < engine.target_count(); ++id)
        snapshot->targets.push_back(view_of(engine.target(id), targets[id]));
    return snapshot;
}

} // namespace keepwatch::cli
