#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "engine/setup.h"
#include "promql/features.h"
#include "recording/header.h"

namespace keepwatch::cli {

// A configuration with everything it names: rules and SOPs read, checked and joined.
struct Loaded {
    config::Config config;
    engine::Setup setup;
    promql::Features query_features;   // What queries over HTTP may use.
    promql::Features yaml_features;    // And rules in Prometheus's YAML.
    std::vector<Error> config_errors;  // The configuration can't be used.
    std::vector<Error> content_errors; // Rules and SOPs that were left out, and links that dangle.
};
Loaded load(const std::string& config_path);

// Rules and SOPs for what a recording holds. Empty lists mean the packs in the current folder, or
// else those that are installed.
struct Packs {
    std::vector<std::string> rules;
    std::vector<std::string> runbooks;
};
Packs or_default(Packs packs);

struct LoadedSetup {
    engine::Setup setup;
    std::vector<Error> errors;
};
LoadedSetup load_for(const recording::Header& header, const Packs& packs);

// The targets of a recording and what else it says of them, without rules.
engine::Setup setup_for(const recording::Header& header);

// What a recorder writes in front of the events of these targets.
recording::Header header_of(const engine::Setup& setup);

} // namespace keepwatch::cli
