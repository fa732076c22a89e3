#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "alert/params.h"
#include "config/rule_param.h"
#include "model/labels.h"
#include "model/result.h"
#include "model/time.h"
#include "promql/ast.h"
#include "promql/features.h"
#include "templating/template.h"

namespace keepwatch::alert {

// Whether one host's view is enough to judge. Cluster rules are loaded only where all brokers of
// the cluster are targets.
enum class Scope : std::uint8_t { Host, Cluster };

// What an alert does when its data is missing: the target is down, its page partial, or the range
// reaches before known history.
enum class NoData : std::uint8_t { Keep, Alert, Resolve };

struct TemplatedLabel {
    std::string name;
    std::string text;
    templating::Template parsed;
};

// A rule that was parsed and checked. Immutable and shared: reloads and evaluations hold it.
struct Rule {
    enum class Kind : std::uint8_t { Alerting, Recording };
    Kind kind = Kind::Alerting;
    std::string name; // The alert's name, or the recorded series'.
    promql::ExprPtr expr;
    promql::ExprPtr recover; // Must hold for a firing alert to resolve; null if the rule has none.
    Duration hold{};         // `for`
    Duration keep_firing{};  // `keep_firing_for`
    std::vector<TemplatedLabel> labels; // `severity` among them.
    std::vector<TemplatedLabel> annotations;
    std::string runbook;                 // The SOP's id; "" if none.
    std::vector<std::string> page_steps; // Override those of the SOP.
    Scope scope = Scope::Host;
    NoData no_data = NoData::Keep;
    Location at;

    // `expr`, and `recover` if there is one.
    std::vector<promql::ExprPtr> expressions() const {
        return recover ? std::vector{expr, recover} : std::vector{expr};
    }
};

// Rules that are evaluated in order.
struct Group {
    // Prometheus: on a grid of `interval`, each as Prometheus would. Native: after each page it
    // reads, at the time of the scrape.
    enum class Manner : std::uint8_t { Native, Prometheus };
    Manner manner = Manner::Native;
    std::string name;
    std::string file;
    std::optional<Duration> interval;
    Duration query_offset{};
    std::size_t limit = 0;       // 0: none.
    promql::Features features{}; // Of the language that its rules are in: of ours all.
    std::vector<std::shared_ptr<const Rule>> rules;
};

struct RuleSet {
    std::vector<Group> groups;
};

// Reads rule files: TOML (.toml) in our form, YAML (.yml, .yaml) in Prometheus's; folders are
// searched without descending, in the order of names. One bad rule does not hide the others: every
// error found is reported, located at file:line:column, and the set has what was good.
struct LoadedRules {
    // A native file and its parameters.
    struct Pack {
        std::string name; // The group's.
        std::string file;
        std::vector<Params::Param> params;
    };
    RuleSet rules;
    std::vector<Error> errors;
    std::vector<std::string> files; // All that were read.
    std::vector<Pack> packs;
};
// Overrides give values to parameters of native packs; one that no pack knows is an error. Rules in
// YAML are in the language that `of_yaml` says, which is Prometheus's without any feature flag.
LoadedRules load_rules(const std::vector<std::string>& paths,
                       std::span<const config::RuleParam> overrides = {},
                       const promql::Features& of_yaml = promql::Features::none());

// The same from text in memory; the name decides the format and appears in errors.
LoadedRules parse_rules(std::string_view text, const std::string& file_name,
                        std::span<const config::RuleParam> overrides = {},
                        const promql::Features& of_yaml = promql::Features::none());

} // namespace keepwatch::alert
