#pragma once

#include <string>

#include "cli/rule_test/report.h"

namespace keepwatch::cli::rule_test {

inline constexpr std::size_t kTestFileBytesMax = 16 << 20;

// Reads a file of tests, and the rules that it names, and runs it. The ending of its name tells the
// form: .toml is ours, all else promtool's.
FileReport run_file(const std::string& path);

} // namespace keepwatch::cli::rule_test
