#include "runbook/lint.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "model/labels.h"
#include "promql/selectors.h"
#include "runbook/lint_page.h"
#include "templating/template.h"

namespace keepwatch::runbook {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_id(std::string_view id) {
    return id.starts_with("KW-") && id.size() > 3 &&
           id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == std::string_view::npos;
}

void check_front(const Runbook& runbook, Findings& findings) {
    const auto require = [&](bool holds, std::string_view what) {
        if (!holds) findings.about_front(std::string(what));
    };
    require(is_id(runbook.id), "id must be KW- and capitals, digits or hyphens");
    require(std::filesystem::path(runbook.path).stem() == runbook.alert,
            "the file must be called as its alert");
    require(
        is_one_of(runbook.component, {"kafka-broker", "zookeeper", "kraft", "host", "keepwatch"}),
        "component must be one of kafka-broker, zookeeper, kraft, host, keepwatch");
    require(is_one_of(runbook.scope, {"cluster", "broker", "topic", "host"}),
            "scope must be one of cluster, broker, topic, host");
    require(is_one_of(runbook.severity, {"critical", "warning", "info"}),
            "severity must be one of critical, warning, info");
    require(!runbook.owner.empty(), "owner is missing: whom does this escalate to?");
    require(!runbook.kafka.empty(), "kafka is missing: for which versions does this hold?");
    require(!runbook.modes.empty(), "modes is missing: zk, kraft or both");
    for (const auto& mode : runbook.modes)
        require(is_one_of(mode, {"zk", "kraft"}), "modes may hold zk and kraft only");
    require(!runbook.metrics.empty(), "metrics is missing");
    require(runbook.est_minutes > 0, "est_minutes is missing");
    require(!runbook.permissions.empty(),
            "permissions is missing: what must a reader be allowed to do?");
    require(!runbook.last_reviewed.empty(), "last_reviewed is missing");
    require(!runbook.tested_with.empty(),
            "tested_with is missing: on which versions did the commands run?");
}

void check_steps(const Runbook& runbook, Findings& findings) {
    constexpr std::size_t steps_max = 3;
    constexpr std::size_t bytes_max = 200;
    if (runbook.page_steps.empty() || runbook.page_steps.size() > steps_max)
        findings.about_front(fmt::format("page_steps must hold 1 to {} steps, not {}", steps_max,
                                         runbook.page_steps.size()));
    for (const auto& step : runbook.page_steps) {
        if (step.size() > bytes_max)
            findings.about_front(
                fmt::format("a page step has {} bytes; at most {} fit", step.size(), bytes_max));
        if (const auto parsed = templating::Template::parse(step); !parsed)
            findings.about_front(fmt::format("page_steps: {}", parsed.error().to_string()));
    }
}

void check_age(const Runbook& runbook, Timestamp today, Findings& findings) {
    const auto reviewed = parse_timestamp(runbook.last_reviewed + "T00:00:00Z");
    if (!reviewed) return; // Reported as missing.
    const auto days = (today - *reviewed).ms / hours(24).ms;
    if (days > kReviewDaysMax)
        findings.about_front(
            fmt::format("last reviewed {} days ago; {} is the most", days, kReviewDaysMax));
}

bool is_about(const Runbook& runbook, const alert::Rule& rule) {
    return rule.name == runbook.alert || std::find(runbook.aliases.begin(), runbook.aliases.end(),
                                                   rule.name) != runbook.aliases.end();
}

void add_metrics(const promql::ExprPtr& expr, std::set<std::string>& into) {
    if (!expr) return;
    for (const auto* selector : promql::selectors(*expr))
        if (const auto name = selector->name(); !name.empty()) into.emplace(name);
}

void check_rule(const Runbook& runbook, const alert::Rule& rule, Findings& findings) {
    if (rule.runbook != runbook.id)
        findings.about_front(fmt::format("rule {} names the runbook {}, not {}", rule.name,
                                         keepwatch::quoted(rule.runbook),
                                         keepwatch::quoted(runbook.id)));
    const bool cluster = rule.scope == alert::Scope::Cluster;
    if (cluster != (runbook.scope == "cluster"))
        findings.about_front(fmt::format("scope is {}, but that of rule {} is {}", runbook.scope,
                                         rule.name, cluster ? "cluster" : "host"));
    if (rule.name != runbook.alert) return; // Tiers share the page and differ in severity.
    for (const auto& label : rule.labels)
        if (label.name == "severity" && label.text != runbook.severity)
            findings.about_front(fmt::format("severity is {}, but that of rule {} is {}",
                                             runbook.severity, rule.name, label.text));
}

void check_metrics(const Runbook& runbook, const std::set<std::string>& read, Findings& findings) {
    const std::set<std::string> named(runbook.metrics.begin(), runbook.metrics.end());
    for (const auto& metric : read)
        if (!named.contains(metric))
            findings.about_front("metrics lacks " + metric + ", which the rule reads");
    for (const auto& metric : named)
        if (!read.contains(metric))
            findings.about_front("metrics has " + metric + ", which the rule does not read");
}

} // namespace

std::vector<Error> lint(const Runbook& runbook, const Rules* rules,
                        std::optional<Timestamp> today) {
    Findings findings(runbook);
    check_front(runbook, findings);
    check_steps(runbook, findings);
    if (today) check_age(runbook, *today, findings);
    lint_page(outline_of(runbook.body), runbook, findings);
    if (rules != nullptr) {
        std::set<std::string> metrics;
        for (const auto& rule : *rules) {
            if (rule->kind != alert::Rule::Kind::Alerting || !is_about(runbook, *rule)) continue;
            check_rule(runbook, *rule, findings);
            add_metrics(rule->expr, metrics);
            add_metrics(rule->recover, metrics);
        }
        if (metrics.empty())
            findings.about_front(fmt::format("no rule alerts as {}", runbook.alert));
        else
            check_metrics(runbook, metrics, findings);
    }
    return findings.take();
}

std::vector<Error> lint(const RunbookLibrary& library, const Rules& rules,
                        std::optional<Timestamp> today) {
    std::vector<Error> errors;
    for (const auto& runbook : library.all()) {
        auto found = lint(runbook, &rules, today);
        std::move(found.begin(), found.end(), std::back_inserter(errors));
    }
    for (const auto& rule : rules) {
        if (rule->kind != alert::Rule::Kind::Alerting) continue;
        const auto pages =
            std::count_if(library.all().begin(), library.all().end(),
                          [&](const Runbook& runbook) { return is_about(runbook, *rule); });
        if (pages != 1)
            errors.push_back({ErrorKind::InvalidInput,
                              fmt::format("alert {} has {} SOPs; one is wanted", rule->name, pages),
                              rule->at});
    }
    return errors;
}

} // namespace keepwatch::runbook
