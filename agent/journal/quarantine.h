#pragma once

#include <string>

#include "model/result.h"

// Puts a whole database in the place of a damaged one, so that a crash at any moment leaves either
// the one or the other, and the damaged one is never lost. A database is its file and, beside it,
// its write-ahead log.
namespace keepwatch::journal {

// More are not kept: a further one takes the place of the last.
inline constexpr int kQuarantinedMax = 16;

Result<void> make_folder(const std::string& folder); // For its owner alone.

// Returns the path at which the new database is to be made.
Result<std::string> start_replacement(const std::string& path);

// The new database was written and closed: the damaged one is renamed, the new one takes its place.
// Returns where the damaged one lies now.
Result<std::string> replace(const std::string& path);

// Goes on where a crash broke replace() off. To be called before the database is opened.
Result<void> finish_replacement(const std::string& path);

} // namespace keepwatch::journal
