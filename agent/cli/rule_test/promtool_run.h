#pragma once

#include "alert/rule.h"
#include "cli/rule_test/promtool_file.h"
#include "cli/rule_test/report.h"

namespace keepwatch::cli::rule_test {

inline constexpr std::int64_t kEvaluationsMax = 10'000'000; // Of one test.

// Runs a test over Prometheus rule files as promtool does: all groups at each evaluation interval
// from the start to the latest moment that is asked for, whatever interval a group has. The rules
// are evaluated by what evaluates them live.
Verdict run_promtool_test(const PromtoolTest& test, const PromtoolFile& file,
                          const alert::RuleSet& rules);

} // namespace keepwatch::cli::rule_test
