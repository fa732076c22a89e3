#pragma once

namespace keepwatch::cli {

// What the shell is told.
inline constexpr int kOk = 0;
inline constexpr int kFailure = 1;  // Could not do it.
inline constexpr int kUsage = 2;    // Was not asked rightly.
inline constexpr int kFindings = 3; // `check` and `sop lint` found something to mend.

} // namespace keepwatch::cli
