#pragma once

#include "alert/rule.h"
#include "cli/rule_test/native_file.h"
#include "cli/rule_test/report.h"

namespace keepwatch::cli::rule_test {

// Plays a test to an Engine with the rules, in virtual time, and looks at its alerts at each moment
// that the test names.
Verdict run_native_test(const NativeTest& test, const NativeFile& file,
                        const alert::RuleSet& rules);

} // namespace keepwatch::cli::rule_test
