#pragma once

#include <string>
#include <vector>

namespace keepwatch::cli {

// Runs tests of rules: promtool's in YAML, ours in TOML; folders stand for the files in them.
// Prints what failed and, as its last line, `N passed, M failed`, counted by tests.
int test(const std::vector<std::string>& paths);

} // namespace keepwatch::cli
