#include "cli/exporter_config.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "alert/rule.h"
#include "cli/exit_code.h"
#include "cli/exporter_config_beans.h"
#include "promql/selectors.h"
#include "runbook/queries.h"
#include "runbook/runbook.h"

namespace keepwatch::cli {
namespace {

// What is read of a process of one kind begins so.
std::string_view prefix_of(const std::string& kind) {
    if (kind == "connect" || kind == "mirrormaker") return "kafka_connect_";
    if (kind == "zookeeper") return "zookeeper_";
    return "kafka_";
}

bool is_of(const std::string& kind, std::string_view name) {
    if (!name.starts_with(prefix_of(kind))) return false;
    const bool client = name.starts_with("kafka_consumer_") || name.starts_with("kafka_producer_");
    if (kind == "client") return client;
    return kind != "kafka" || (!client && !name.starts_with("kafka_connect_"));
}

// The metric that a selector names; "" if it names none.
std::string name_of(const std::vector<series::Matcher>& selector) {
    for (const auto& matcher : selector)
        if (matcher.name() == kNameLabel && matcher.op() == series::MatchOp::Equal)
            return matcher.value();
    return {};
}

std::vector<WantedSeries> wanted_by(const engine::Setup& setup) {
    std::vector<WantedSeries> wanted;
    for (const auto& selector : setup.retain.selectors)
        wanted.push_back({selector, "store.retain"});
    for (const auto& group : setup.rules.groups)
        for (const auto& rule : group.rules)
            for (const auto& expr : rule->expressions())
                for (const auto* selector : promql::selectors(*expr))
                    wanted.push_back({selector->matchers, rule->name});
    for (const auto& page : setup.runbooks.all())
        for (auto& selector : runbook::selectors_of(page))
            wanted.push_back({std::move(selector), "SOP " + page.id});
    return wanted;
}

using Selector = std::vector<series::Matcher>;

// `{request=~"Produce|Fetch"}` as one selector for each word, because an object name has no
// alternatives; what is more of a regular expression stays.
std::vector<Selector> alternatives(const Selector& selector) {
    static const RE2 words(R"([\w-]+(\|[\w-]+)+)");
    std::vector<Selector> all{{}};
    for (const auto& matcher : selector) {
        std::vector<Selector> longer;
        std::string_view rest = matcher.value();
        const bool several =
            matcher.op() == series::MatchOp::Regex && RE2::FullMatch(matcher.value(), words);
        for (auto more = true; more;) {
            const auto bar = several ? rest.find('|') : rest.npos;
            for (const auto& one : all) {
                longer.push_back(one);
                longer.back().push_back(
                    several
                        ? series::Matcher::equal(matcher.name(), std::string(rest.substr(0, bar)))
                        : matcher);
            }
            more = bar != rest.npos;
            if (more) rest.remove_prefix(bar + 1);
        }
        all = std::move(longer);
    }
    return all;
}

// What is asked for with a wider name need not be asked for again.
void join_covered(ExporterChoice& choice) {
    for (auto narrow = choice.beans.begin(); narrow != choice.beans.end();) {
        const auto wide = std::find_if(choice.beans.begin(), choice.beans.end(), [&](auto& other) {
            return other.first != narrow->first && covers(other.first, narrow->first);
        });
        if (wide == choice.beans.end()) {
            ++narrow;
            continue;
        }
        wide->second.readers.merge(narrow->second.readers);
        narrow = choice.beans.erase(narrow);
    }
}

bool write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::trunc);
    file << text;
    file.close();
    if (file) return true;
    fmt::print(stderr, "{}: cannot be written\n", path);
    return false;
}

// `jmx.yml` becomes `jmx-few.yml`.
std::string path_of_few(const std::string& path) {
    const auto slash = path.rfind('/');
    const auto dot = path.rfind('.');
    if (dot == path.npos || (slash != path.npos && dot < slash)) return path + "-few";
    return path.substr(0, dot) + "-few" + path.substr(dot);
}

bool write(const ExporterConfigOptions& options, const ExporterChoice& choice) {
    const auto all = exporter_yaml(options.kind, choice, ExporterTier::All);
    if (options.out.empty()) {
        fmt::print("{}", all);
        return true;
    }
    if (!write_file(options.out, all)) return false;
    return !options.tiered || write_file(path_of_few(options.out),
                                         exporter_yaml(options.kind, choice, ExporterTier::Few));
}

} // namespace

ExporterChoice choose_beans(const std::string& kind, const std::vector<WantedSeries>& wanted) {
    ExporterChoice choice;
    const auto beans = beans_of(kind);
    for (const auto& [selector, reader] : wanted) {
        bool found = false;
        const auto narrowed = alternatives(selector);
        for (const auto& bean : beans) {
            for (const auto& narrow : narrowed) {
                const auto use = use_of(bean, narrow);
                if (!use) continue;
                found = true;
                auto& chosen = choice.beans[use->object];
                chosen.readers.insert(reader);
                chosen.many = bean.is_many();
                if (!use->attribute.empty()) choice.attributes.insert(use->attribute);
            }
        }
        const auto name = name_of(selector);
        if (!found && is_of(kind, name)) choice.unknown[name].insert(reader);
    }
    join_covered(choice);
    return choice;
}

int exporter_config(const ExporterConfigOptions& options) {
    engine::Setup setup;
    std::vector<Error> errors;
    if (options.config.empty()) {
        const auto packs = or_default(options.packs);
        auto rules = alert::load_rules(packs.rules);
        auto runbooks = runbook::load_runbooks(packs.runbooks);
        errors = std::move(rules.errors);
        std::move(runbooks.errors.begin(), runbooks.errors.end(), std::back_inserter(errors));
        setup.rules = std::move(rules.rules);
        setup.runbooks = std::move(runbooks.library);
    } else {
        auto loaded = load(options.config);
        errors = std::move(loaded.config_errors);
        std::move(loaded.content_errors.begin(), loaded.content_errors.end(),
                  std::back_inserter(errors));
        setup = std::move(loaded.setup);
    }
    // A rule that cannot be read would miss its series: better no configuration than that.
    for (const auto& error : errors) fmt::print(stderr, "{}\n", error.to_string());
    if (!errors.empty()) return kFailure;

    const auto choice = choose_beans(options.kind, wanted_by(setup));
    if (!write(options, choice)) return kFailure;
    for (const auto& [series, readers] : choice.unknown)
        fmt::print(stderr, "no MBean of {} is known for {}, which {} reads\n", options.kind, series,
                   *readers.begin());
    return choice.unknown.empty() ? kOk : kFindings;
}

} // namespace keepwatch::cli
