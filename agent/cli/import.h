#pragma once

#include <functional>
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

// The files that fit a pattern such as `rules/*.yml`, in the order of their names.
using FindFiles = std::function<std::vector<std::string>(const std::string& pattern)>;

// Carries over: global intervals, the external label `cluster`, scrape_configs with static targets,
// rule_files (patterns by the files that fit them now), and static alertmanagers. Errors are those
// of YAML, and values of the wrong shape, at file:line:column.
Result<Imported> import_prometheus(std::string_view yaml, const std::string& file_name,
                                   const FindFiles& find_files);

// Looks up a pattern on the disk, from a folder.
std::vector<std::string> files_fitting(const std::string& pattern, const std::string& folder);

// `keepwatch import FILE`: the TOML to stdout, what was left behind to stderr.
int import_file(const std::string& path);

} // namespace keepwatch::cli
