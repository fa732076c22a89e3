#include <algorithm>

#include <fmt/format.h>

#include "cli/exporter_config.h"
#include "cli/exporter_config_beans.h"
#include "model/labels.h"

namespace keepwatch::cli {
namespace {

// The exporter takes an empty list for no list, and would collect everything.
constexpr std::string_view kNothing = "keepwatch:type=Nothing";

// Names as the exporter's public examples give them, so that rules written for those find their
// series. A label of a group that took no part in a match is left out.
constexpr std::string_view kRules = R"(rules:
  - pattern: 'kafka\.([\w.]+)<type=([^,]+), name=([^,>]+)PerSec\w*(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?><>Count'
    name: kafka_$1_$2_$3_total
    type: COUNTER
    labels: {"$4": "$5", "$6": "$7", "$8": "$9"}
    cache: true
  - pattern: 'kafka\.([\w.]+)<type=([^,]+), name=([^,>]+)(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?><>Value'
    name: kafka_$1_$2_$3
    type: GAUGE
    labels: {"$4": "$5", "$6": "$7", "$8": "$9"}
    cache: true
  - pattern: 'kafka\.([\w.]+)<type=([^,]+), name=([^,>]+)(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?><>Count'
    name: kafka_$1_$2_$3_count
    type: COUNTER
    labels: {"$4": "$5", "$6": "$7"}
    cache: true
  - pattern: 'kafka\.([\w.]+)<type=([^,]+), name=([^,>]+)(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?><>(\d+)thPercentile'
    name: kafka_$1_$2_$3
    type: GAUGE
    labels: {"$4": "$5", "$6": "$7", quantile: "0.$8"}
    cache: true
  - pattern: 'kafka\.([\w.]+)<type=([^,]+), name=([^,>]+)Percent><>MeanRate'
    name: kafka_$1_$2_$3_percent
    type: GAUGE
    cache: true
)";

// For beans that name their series by their attributes, which are those that are read.
constexpr std::string_view kAttributeRule =
    R"(  - pattern: 'kafka\.([\w.]+)<type=([^,>]+)(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?(?:, ([^=,]+)=([^,>]*))?><>({})'
    name: kafka_$1_$2_$11
    type: GAUGE
    labels: {{"$3": "$4", "$5": "$6", "$7": "$8", "$9": "$10"}}
    cache: true
)";

std::string joined(const std::set<std::string>& parts, std::string_view between) {
    std::string all;
    for (const auto& part : parts) all += (all.empty() ? "" : std::string(between)) + part;
    return all;
}

// In YAML's single quotes.
std::string in_quotes(std::string text) {
    for (auto at = text.find('\''); at != text.npos; at = text.find('\'', at + 2))
        text.insert(at, 1, '\'');
    return "'" + text + "'";
}

} // namespace

std::string exporter_yaml(const std::string& kind, const ExporterChoice& choice,
                          ExporterTier tier) {
    std::string yaml = fmt::format(
        "# The JMX exporter's configuration for {}, made by `keepwatch exporter-config`: it asks\n"
        "# only for the MBeans that rules and SOPs read. The JVM's own metrics come besides.\n"
        "lowercaseOutputName: true\n"
        "includeObjectNames:\n",
        kind);
    bool any = false;
    for (const auto& [object, wanted] : choice.beans) {
        if (tier == ExporterTier::Few && wanted.many) continue;
        any = true;
        yaml += fmt::format("  - {} # {}\n", in_quotes(object), joined(wanted.readers, ", "));
    }
    if (!any)
        yaml += fmt::format("  - {} # nothing is read; an empty list would mean everything\n",
                            in_quotes(std::string(kNothing)));
    yaml += kRules;
    if (!choice.attributes.empty())
        yaml += fmt::format(kAttributeRule, joined(choice.attributes, "|"));
    for (const auto& [series, readers] : choice.unknown)
        yaml += fmt::format("# No MBean is known for {} ({}).\n", series, joined(readers, ", "));
    return yaml;
}

} // namespace keepwatch::cli
