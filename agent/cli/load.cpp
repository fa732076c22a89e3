#include "cli/load.h"

#include <filesystem>
#include <iterator>
#include <span>

#include <fmt/format.h>

#include "alert/rule.h"
#include "alert/state_machine.h"
#include "cli/dashboards.h"
#include "config/nearest.h"
#include "notify/sender.h"
#include "promql/parse.h"
#include "promql/selectors.h"
#include "runbook/runbook.h"

namespace keepwatch::cli {
namespace {

constexpr std::string_view kInstalled = "/usr/share/keepwatch";

void append(std::vector<Error>& all, std::vector<Error> more) {
    all.insert(all.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

// A rule that names an SOP which is not there sends whoever is paged nowhere.
void check_links(const engine::Setup& setup, std::vector<Error>& errors) {
    for (const auto& group : setup.rules.groups) {
        for (const auto& rule : group.rules) {
            if (rule->runbook.empty() || setup.runbooks.find(rule->runbook) != nullptr) continue;
            errors.push_back(
                {ErrorKind::InvalidInput,
                 fmt::format("rule {}: there is no SOP \"{}\"", rule->name, rule->runbook),
                 rule->at});
        }
    }
}

std::vector<Error> load_packs(const Packs& packs, std::span<const config::RuleParam> params,
                              const promql::Features& of_yaml, engine::Setup& setup) {
    auto rules = alert::load_rules(packs.rules, params, of_yaml);
    auto runbooks = runbook::load_runbooks(packs.runbooks);
    auto errors = std::move(rules.errors);
    append(errors, std::move(runbooks.errors));
    setup.rules = std::move(rules.rules);
    setup.runbooks = std::move(runbooks.library);
    check_links(setup, errors);
    return errors;
}

engine::Retain retain_of(const config::Retain& retain, std::vector<Error>& errors) {
    engine::Retain result;
    result.all = retain.what == config::Retain::What::All;
    for (std::size_t i = 0; i < retain.selectors.size(); ++i) {
        const auto expr = promql::parse(retain.selectors[i]);
        const auto found = expr ? promql::selectors(**expr) : decltype(promql::selectors(**expr)){};
        const bool selector =
            expr && std::get_if<promql::VectorSelector>(&(*expr)->node) != nullptr;
        if (selector) {
            result.selectors.push_back(found.front()->matchers);
        } else {
            const auto why = expr ? std::string("not a selector") : expr.error().to_string();
            errors.push_back({ErrorKind::InvalidInput,
                              fmt::format("store.retain: \"{}\": {}", retain.selectors[i], why),
                              retain.selectors_at[i]});
        }
    }
    return result;
}

void set_bounds(const config::Bounds& bounds, engine::Setup& setup) {
    setup.series_max = bounds.series_max;
    setup.bytes_max = bounds.bytes_max;
    setup.page_limits.samples_max = bounds.samples_max;
    setup.page_limits.line_bytes_max = bounds.line_bytes_max;
    setup.page_limits.labels_max = bounds.labels_max;
    setup.page_limits.label_value_bytes_max = bounds.label_value_bytes_max;
}

promql::Features features_of(const config::PromqlFeatures& given, std::vector<Error>& errors) {
    const auto known = promql::Features::names();
    for (std::size_t i = 0; i < given.names.size(); ++i) {
        const auto& name = given.names[i];
        if (const auto found = promql::Features::only({&name, 1}); !found)
            errors.push_back({ErrorKind::InvalidInput,
                              fmt::format("promql.features: {}{}", found.error().message,
                                          config::did_you_mean(name, known)),
                              given.at[i]});
    }
    return promql::Features::only(given.names).value_or(promql::Features());
}

void check_sinks(const config::Config& config, std::vector<Error>& errors) {
    for (const auto& sink : config.sinks) {
        if (notify::find_sender(sink.kind) != nullptr) continue;
        errors.push_back(
            {ErrorKind::InvalidInput,
             fmt::format("sink {}: kind \"{}\" cannot be sent to yet", sink.name, name(sink.kind)),
             sink.at});
    }
}

} // namespace

Loaded load(const std::string& config_path) {
    auto read = config::load_config(config_path);
    Loaded loaded{std::move(read.config), {}, {}, promql::Features::none(),
                  std::move(read.errors), {}};
    const auto& config = loaded.config;
    auto& setup = loaded.setup;
    setup.targets = config::target_infos(config);
    setup.whole_cluster = config.whole_cluster;
    setup.runbook_base_url = config.runbook_base_url;
    setup.retention = config.retention;
    setup.retain = retain_of(config.retain, loaded.config_errors);
    if (config.retain.what == config::Retain::What::Dashboards) {
        auto reads = read_dashboards(config.dashboard_paths);
        setup.retain.selectors = std::move(reads.selectors);
        append(loaded.content_errors, std::move(reads.errors));
    }
    set_bounds(config.bounds, setup);
    setup.external_labels = Labels{{"cluster", config.cluster}};
    if (config.promql_features)
        loaded.query_features = loaded.yaml_features =
            features_of(*config.promql_features, loaded.config_errors);
    setup.external_url = config.external_url;
    for (const auto& sink : config.sinks)
        setup.sinks.push_back(
            {sink.name, sink.repeat_after ? alert::kResolvedRetention : Duration{}});
    check_sinks(config, loaded.config_errors);
    if (loaded.config_errors.empty())
        append(loaded.content_errors, load_packs({config.rule_paths, config.runbook_paths},
                                                 config.rule_params, loaded.yaml_features, setup));
    return loaded;
}

Packs or_default(Packs packs) {
    const auto choose = [](std::vector<std::string>& paths, std::string_view name) {
        if (!paths.empty()) return;
        std::error_code absent;
        const auto here = std::filesystem::is_directory(name, absent);
        paths.push_back(here ? std::string(name) : fmt::format("{}/{}", kInstalled, name));
    };
    choose(packs.rules, "rules");
    choose(packs.runbooks, "runbooks");
    return packs;
}

engine::Setup setup_for(const recording::Header& header) {
    engine::Setup setup;
    setup.targets = header.targets;
    setup.whole_cluster = header.whole_cluster;
    setup.external_labels = Labels{{"cluster", header.cluster}};
    return setup;
}

LoadedSetup load_for(const recording::Header& header, const Packs& packs) {
    LoadedSetup loaded{setup_for(header), {}};
    loaded.errors = load_packs(packs, {}, promql::Features::none(), loaded.setup);
    return loaded;
}

recording::Header header_of(const engine::Setup& setup) {
    return {std::string(setup.external_labels.get("cluster")), setup.whole_cluster, setup.targets};
}

} // namespace keepwatch::cli
