#include "journal/schema.h"

#include <array>

#include <fmt/format.h>

namespace keepwatch::journal {
namespace {

// From each version to the next. A step that was released is never changed. Every row carries a
// checksum of its own, because SQLite has none for what it stores.
constexpr std::array<const char*, kSchemaVersion> kSteps = {R"(
CREATE TABLE meta (
    name     TEXT PRIMARY KEY,  -- 'state': when and revision; 'habits'
    body     BLOB NOT NULL,
    checksum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE alert (
    rule     TEXT NOT NULL,     -- the rule's id
    labels   BLOB NOT NULL,
    body     BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (rule, labels)
) WITHOUT ROWID;
CREATE TABLE notification (
    sink     TEXT NOT NULL,
    key      TEXT NOT NULL,     -- of deduplication
    revision INTEGER NOT NULL,  -- what the sink should know
    settled  INTEGER NOT NULL,  -- what it knows
    body     BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (sink, key)
) WITHOUT ROWID;
CREATE TABLE chunk (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,  -- Unix milliseconds
    body     BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
)"};

} // namespace

Result<std::int64_t> schema_version(Database& database) {
    return database.number("PRAGMA user_version");
}

Result<void> upgrade(Database& database) {
    KW_TRY(const auto version, schema_version(database));
    if (version == kSchemaVersion) return {};
    std::string sql = "BEGIN IMMEDIATE;";
    for (auto step = version; step < kSchemaVersion; ++step)
        sql += kSteps[static_cast<std::size_t>(step)];
    sql += fmt::format("PRAGMA user_version = {}; COMMIT;", kSchemaVersion);
    auto done = database.execute(sql);
    if (!done) (void)database.execute("ROLLBACK");
    return done;
}

} // namespace keepwatch::journal
