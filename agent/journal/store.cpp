#include "journal/store.h"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "journal/quarantine.h"
#include "journal/rows.h"
#include "journal/schema.h"

namespace keepwatch::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFile = "journal.db";
constexpr std::int64_t kPageBytes = 4096;

// EXCLUSIVE before the first access: it needs no shared memory, and a second agent is refused.
// A write-ahead log that was synced at each commit (FULL) loses nothing with the power.
Result<void> prepare(Database& database) {
    const auto pages = static_cast<std::int64_t>(Store::kBytesMax) / kPageBytes;
    auto set = database.execute(fmt::format("PRAGMA page_size = {};"
                                            "PRAGMA locking_mode = EXCLUSIVE;"
                                            "PRAGMA journal_mode = WAL;"
                                            "PRAGMA synchronous = FULL;"
                                            "PRAGMA wal_autocheckpoint = 512;"
                                            "PRAGMA journal_size_limit = {};"
                                            "PRAGMA max_page_count = {};",
                                            kPageBytes, 8 << 20, pages));
    if (!set) return set;
    return database.execute("BEGIN EXCLUSIVE; COMMIT;"); // Takes the lock, and keeps it.
}

// What is wrong with the file as a whole; "" if nothing is.
Result<std::string> find_damage(Database& database) {
    KW_TRY(const auto version, schema_version(database));
    if (version > kSchemaVersion)
        return fmt::format("its version is {}, this program knows {}", version, kSchemaVersion);
    KW_TRY(auto said, database.text("PRAGMA quick_check(1)"));
    return said == "ok" ? std::string() : said;
}

struct Examined {
    Loaded loaded;
    std::string damage; // "" if the file is whole.
};

Examined examine(Database& database) {
    Examined examined;
    const auto damage = find_damage(database);
    examined.damage = damage ? *damage : damage.error().message;
    if (const auto version = schema_version(database); version && *version > 0)
        examined.loaded = load_rows(database);
    const auto& loaded = examined.loaded;
    if (examined.damage.empty() && !loaded.problems.empty())
        examined.damage = loaded.problems.front();
    if (examined.damage.empty() && loaded.rows_lost > 0)
        examined.damage = fmt::format("{} rows have the wrong checksum", loaded.rows_lost);
    return examined;
}

Store::Batch batch_of(const engine::Memory& memory) {
    Store::Batch batch;
    batch.changes.push_back(
        {true, memory.at, memory.revision, memory.alerts, {}, memory.notifications, {}});
    batch.chunks = memory.chunks;
    batch.habits = memory.habits;
    return batch;
}

std::string told(const Examined& examined, const std::string& path, const std::string& aside) {
    const auto& [memory, rows, lost, problems] = examined.loaded;
    return fmt::format("{} is damaged: {}. It lies at {} now. {} alerts and {} notifications could "
                       "be read and are carried over; {} rows could not",
                       path, examined.damage, aside, memory.alerts.size(),
                       memory.notifications.size(), lost);
}

// SQLite takes what is shorter than its smallest page for a database that is new.
Error too_short() {
    return {ErrorKind::InvalidInput, "it is cut short"};
}

bool is_too_short(const std::string& path, const std::string& vfs) {
    constexpr std::uintmax_t kSmallestPage = 512;
    if (!vfs.empty()) return false;
    std::error_code absent;
    const auto size = fs::file_size(path, absent);
    return !absent && size > 0 && size < kSmallestPage;
}

Result<Database> connect(const std::string& path, const std::string& vfs) {
    KW_TRY(auto database, Database::open(path, vfs));
    if (auto ready = prepare(database); !ready) return std::move(ready).error();
    return database;
}

// Of a folder that cannot be written to, such as on a file system that is mounted read-only: the
// database needs to write even to be read, so it is copied elsewhere.
engine::Memory memory_of_copy(const std::string& path) {
    auto pattern = (fs::temp_directory_path() / "keepwatch-journal-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) return {};
    const auto copy = fmt::format("{}/{}", pattern, kFile);
    std::error_code ignored;
    for (const auto* suffix : {"", "-wal"}) fs::copy_file(path + suffix, copy + suffix, ignored);
    engine::Memory memory;
    if (auto database = connect(copy, "")) memory = examine(*database).loaded.memory;
    fs::remove_all(pattern, ignored);
    return memory;
}

} // namespace

Store::Opened Store::open(const std::string& folder, const std::string& vfs) {
    Opened opened;
    const auto path = (fs::path(folder) / kFile).string();
    if (vfs.empty()) {
        auto ready = make_folder(folder);
        if (ready) ready = finish_replacement(path);
        if (!ready) opened.trouble = std::move(ready).error();
    }
    auto database = is_too_short(path, vfs) ? Result<Database>(too_short()) : connect(path, vfs);
    if (!database && database.error().kind != ErrorKind::InvalidInput) {
        opened.trouble = Error(database.error()).within(path);
        if (database.error().kind == ErrorKind::Storage && vfs.empty())
            opened.memory = memory_of_copy(path);
        return opened;
    }
    Examined examined;
    if (database)
        examined = examine(*database);
    else
        examined.damage = database.error().message;
    opened.memory = examined.loaded.memory;

    if (!examined.damage.empty()) {
        if (database) database->leave_log();
        database = Error{}; // Closed, lest it write to what is renamed.
        const auto aside = set_aside(path, vfs, opened.memory);
        if (aside)
            opened.warnings.push_back(told(examined, path, *aside));
        else
            opened.warnings.push_back(fmt::format("{} is damaged: {}", path, examined.damage));
        database = aside ? connect(path, vfs) : Result<Database>(aside.error());
    }
    if (database)
        if (auto upgraded = upgrade(*database); !upgraded) database = upgraded.error();
    if (database)
        opened.store = Store(path, *std::move(database));
    else
        opened.trouble = Error(database.error()).within(path);
    return opened;
}

Result<std::string> Store::set_aside(const std::string& path, const std::string& vfs,
                                     const engine::Memory& memory) {
    // What could be read is safe in a file of its own before the damaged one is touched.
    KW_TRY(const auto fresh, start_replacement(path));
    KW_TRY(auto database, connect(fresh, vfs));
    if (auto made = upgrade(database); !made) return std::move(made).error().within(fresh);
    {
        Store store(fresh, std::move(database));
        if (auto kept = store.write(batch_of(memory)); !kept) return std::move(kept).error();
    }
    return replace(path);
}

Result<void> Store::write(const Batch& batch) {
    auto written = write_all(batch);
    if (written) return written;
    (void)database_.execute("ROLLBACK");
    return std::move(written).error().within(path_);
}

Result<void> Store::write_all(const Batch& batch) {
    if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
    for (const auto& changes : batch.changes)
        if (auto done = write_rows(database_, changes); !done) return done;
    for (const auto& chunk : batch.chunks)
        if (auto done = write_rows(database_, chunk); !done) return done;
    if (batch.habits)
        if (auto done = write_rows(database_, *batch.habits); !done) return done;
    return database_.execute("COMMIT");
}

std::uint64_t Store::bytes() {
    const auto pages = database_.number("PRAGMA page_count");
    return pages ? static_cast<std::uint64_t>(*pages * kPageBytes) : 0;
}

} // namespace keepwatch::journal
