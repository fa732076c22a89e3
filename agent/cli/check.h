#pragma once

#include <string>
#include <vector>

namespace keepwatch::cli {

// Checks configurations (a TOML file with tables that only a configuration has), rule files (TOML
// and Prometheus's YAML), SOPs (Markdown), and folders of them; prints every finding with its
// place. Exit code 0, or 1 if something could not be read, or 3 if there are findings.
int check(const std::vector<std::string>& paths);

} // namespace keepwatch::cli
