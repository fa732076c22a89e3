#pragma once

#include "journal/database.h"

namespace keepwatch::journal {

inline constexpr std::int64_t kSchemaVersion = 1; // As PRAGMA user_version has it.

// The version a database has; 0 for one that is new.
Result<std::int64_t> schema_version(Database& database);

// Brings a database of any earlier version to this one, in one transaction.
Result<void> upgrade(Database& database);

} // namespace keepwatch::journal
