#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/load.h"
#include "series/matcher.h"

namespace keepwatch::cli {

struct ExporterConfigOptions {
    std::string kind = "kafka"; // One of kBeanKinds.
    Packs packs;
    std::string config; // Rules and SOPs of this configuration instead of `packs`.
    std::string out;    // A file; stdout if "".
    bool tiered = false;
};

// A selector and who reads it: `KafkaBrokerDown`, `SOP KafkaBrokerDown`.
struct WantedSeries {
    std::vector<series::Matcher> selector;
    std::string reader;
};

// Which MBeans the JMX exporter is to ask for, and why.
struct ExporterChoice {
    struct Wanted {
        std::set<std::string> readers;
        bool many = false; // There can be thousands of them.
    };
    std::map<std::string, Wanted> beans; // By object name.
    std::set<std::string> attributes;    // Of beans that name their series by them.
    // Series that no MBean of this kind is known for, with their readers.
    std::map<std::string, std::set<std::string>> unknown;
};
ExporterChoice choose_beans(const std::string& kind, const std::vector<WantedSeries>& wanted);

enum class ExporterTier : std::uint8_t {
    All,
    Few
}; // Few: without those of which there can be thousands.
std::string exporter_yaml(const std::string& kind, const ExporterChoice& choice, ExporterTier tier);

// `keepwatch exporter-config`: the YAML of a JMX exporter that collects what rules and SOPs read
// and no more, each MBean with who reads it. With `tiered` two files: `out` for the full page, to
// be asked for rarely, and the same with `-few` before its ending for one without topics,
// partitions and clients. Exit code 3 if something is read that no MBean is known for; stderr names
// it.
int exporter_config(const ExporterConfigOptions& options);

} // namespace keepwatch::cli
