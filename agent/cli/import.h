#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace keepwatch::cli {

// A Prometheus configuration in our words, and what has none: one line for each thing that was left
// behind, with its place.
struct Imported {
    std::string toml;
    std::vector<std::string> not_carried;
};

// Carries over: global intervals, the external label `cluster`, scrape_configs with static targets,
// rule_files, and static alertmanagers, these as comments, because they cannot be sent to yet.
// Errors are those of YAML, and values of the wrong shape, at file:line:column.
Result<Imported> import_prometheus(std::string_view yaml, const std::string& file_name);

// `keepwatch import FILE`: the TOML to stdout, what was left behind to stderr.
int import_file(const std::string& path);

} // namespace keepwatch::cli
