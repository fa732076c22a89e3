#include "journal/store.h"

#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "journal/schema.h"
#include "memories.h"
#include "support/temp_dir.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::journal;
using namespace keepwatch::testing;

engine::Habits habits() {
    return {{{"Urp{}", "b1", 5}}, {{"b1", 1234}}, {{"pager", 0xfedcba9876543210}}};
}

Store::Batch whole_batch(int alerts) {
    Store::Batch batch;
    auto changes = nth_changes(1);
    changes.everything = true;
    for (int n = 2; n <= alerts; ++n) {
        changes.alerts.push_back(remembered(fmt::format("t{}", n)));
        changes.notifications.push_back(notification(fmt::format("k{}", n), 1, 1));
    }
    batch.changes = {changes};
    batch.chunks = {chunk_of(1'699'999'000'000, 1), chunk_of(1'699'999'900'000, 2)};
    batch.habits = habits();
    return batch;
}

std::string text_of_batch(const Store::Batch& batch) {
    engine::Memory memory;
    for (const auto& changes : batch.changes) engine::apply(changes, memory);
    for (const auto& chunk : batch.chunks) engine::apply(chunk, memory);
    memory.habits = *batch.habits;
    return text_of(memory);
}

void run_sql(const std::string& path, const std::string& sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

struct Fixture {
    TempDir folder;
    std::string file = folder.path("journal.db");

    Store::Opened open() const { return Store::open(folder.path("")); }
    void fill(int alerts) const {
        auto opened = open();
        REQUIRE(opened.store);
        REQUIRE(opened.store->write(whole_batch(alerts)).has_value());
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "journal::Store: gives back what it was given") {
    {
        auto opened = open();
        CHECK(opened.store);
        CHECK(opened.memory.empty());
        CHECK(opened.warnings.empty());
        CHECK_FALSE(opened.trouble);
    }
    fill(3);
    auto opened = open();
    CHECK(text_of(opened.memory) == text_of_batch(whole_batch(3)));
    CHECK(opened.warnings.empty());
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: a new whole takes the place of everything") {
    fill(3);
    {
        auto opened = open();
        Store::Batch batch;
        batch.changes = {nth_changes(9)};
        batch.changes[0].everything = true;
        batch.chunks = {chunk_of(1'700'000'000'000, 5)};
        batch.chunks[0].everything = true;
        REQUIRE(opened.store->write(batch).has_value());
    }
    auto opened = open();
    REQUIRE(opened.memory.alerts.size() == 1);
    CHECK(opened.memory.alerts[0].alert.labels.get("topic") == "t9");
    CHECK(opened.memory.notifications.size() == 1);
    CHECK(opened.memory.chunks.size() == 1);
    CHECK(opened.memory.habits == habits());
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: chunks that are not needed any more go") {
    fill(1);
    auto opened = open();
    Store::Batch batch;
    batch.chunks = {chunk_of(1'700'000'000'000, 5)};
    batch.chunks[0].needed_since = {1'699'999'500'000};
    REQUIRE(opened.store->write(batch).has_value());
    opened.store.reset();
    CHECK(open().memory.chunks.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: a second one is refused while the first is open") {
    auto first = open();
    REQUIRE(first.store);
    auto second = open();
    CHECK_FALSE(second.store);
    REQUIRE(second.trouble);
    CHECK(second.trouble->kind == ErrorKind::Unavailable);
    first.store.reset();
    CHECK(open().store);
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: what is no database is set aside, and said") {
    const std::string content(5'000, '?');
    folder.write("journal.db", content);
    auto opened = open();
    CHECK(opened.store);
    REQUIRE(opened.warnings.size() == 1);
    CHECK(opened.warnings[0] ==
          fmt::format("{0} is damaged: SQLite: file is not a database (code 26). It lies at "
                      "{0}.quarantined-1 now. 0 alerts and 0 notifications could be read and are "
                      "carried over; 0 rows could not",
                      file));
    CHECK(read_file(file + ".quarantined-1") == content);
    opened.store.reset();
    CHECK(open().warnings.empty());
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: wherever a bit flips, what can be read is kept") {
    fill(60);
    const auto whole = read_file(file);
    REQUIRE(whole.size() > 30'000);
    std::size_t damaged = 0;
    std::size_t carried = 0;
    for (std::size_t at = 24; at < whole.size(); at += 517) {
        CAPTURE(at);
        const TempDir other;
        auto content = whole;
        content[at] = static_cast<char>(content[at] ^ 0x10);
        other.write("journal.db", content);
        auto opened = Store::open(other.path(""));
        REQUIRE(opened.store);
        const auto kept = text_of(opened.memory);
        if (opened.warnings.empty()) {
            CHECK(kept == text_of_batch(whole_batch(60))); // Bytes that nobody uses.
            continue;
        }
        ++damaged;
        CHECK(read_file(other.path("journal.db.quarantined-1")) == content);
        carried += opened.memory.alerts.size() + opened.memory.notifications.size();
        for (const auto& known : opened.memory.alerts)
            CHECK(text_of(known.alert) == text_of(firing_alert(known.alert.labels.get("topic"))));
        opened.store.reset();
        CHECK(text_of(Store::open(other.path("")).memory) == kept);
    }
    CHECK(damaged > 20);
    CHECK(carried > damaged * 60); // On average, of 120.
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: wherever the file ends too early, it opens") {
    fill(60);
    const auto whole = read_file(file);
    for (std::size_t size = 1; size < whole.size(); size += 1'499) {
        CAPTURE(size);
        const TempDir other;
        other.write("journal.db", whole.substr(0, size));
        auto opened = Store::open(other.path(""));
        REQUIRE(opened.store);
        CHECK(opened.warnings.size() == 1);
        CHECK(read_file(other.path("journal.db.quarantined-1")) == whole.substr(0, size));
    }
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: a torn log loses what is behind the tear and no more") {
    std::filesystem::create_directory(folder.path("copy"));
    {
        auto opened = open();
        for (int n = 1; n <= 3; ++n) {
            Store::Batch batch;
            batch.changes = {nth_changes(n)};
            REQUIRE(opened.store->write(batch).has_value());
        }
        for (const std::string name : {"journal.db", "journal.db-wal"})
            std::filesystem::copy_file(folder.path(name), folder.path("copy/" + name));
    }
    const auto log = folder.path("copy/journal.db-wal");
    std::filesystem::resize_file(log, std::filesystem::file_size(log) - 100);
    auto opened = Store::open(folder.path("copy"));
    REQUIRE(opened.store);
    CHECK(opened.memory.alerts.size() == 2);
    CHECK(opened.memory.revision == 2);
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: a file of a later version is set aside, and read") {
    fill(2);
    run_sql(file, "ALTER TABLE alert ADD COLUMN colour TEXT; PRAGMA user_version = 7;");
    auto opened = open();
    REQUIRE(opened.warnings.size() == 1);
    CHECK(opened.warnings[0].find("its version is 7, this program knows 1") != std::string::npos);
    CHECK(text_of(opened.memory) == text_of_batch(whole_batch(2)));
}

TEST_CASE_FIXTURE(Fixture,
                  "journal::Store: a crash while a damaged file is replaced loses nothing") {
    fill(2);
    // The damaged one was renamed, its log was not, and the new one waits.
    std::filesystem::rename(file, file + ".new");
    folder.write("journal.db.quarantined-1", "damaged");
    folder.write("journal.db-wal", "of the damaged one");
    auto opened = open();
    CHECK(opened.store);
    CHECK(text_of(opened.memory) == text_of_batch(whole_batch(2)));
    CHECK(read_file(file + ".quarantined-1-wal") == "of the damaged one");
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: a folder that cannot be is told, and not fatal") {
    folder.write("file", "");
    const auto opened = Store::open(folder.path("file") + "/state");
    CHECK_FALSE(opened.store);
    REQUIRE(opened.trouble);
    CHECK(opened.trouble->kind == ErrorKind::Storage);
}

TEST_CASE_FIXTURE(Fixture, "journal::Store: a database of version 1 is understood") {
    // As the first release writes it; see schema.cpp.
    fill(2);
    {
        auto database = Database::open(file);
        REQUIRE(database);
        CHECK(*schema_version(*database) == 1);
        CHECK(*database->text("SELECT group_concat(name, ' ') FROM (SELECT name FROM "
                              "sqlite_master WHERE type = 'table' ORDER BY name)") ==
              "alert chunk meta notification");
        CHECK(*database->number("SELECT revision FROM notification WHERE key = 'k2'") == 1);
        CHECK(upgrade(*database).has_value()); // Nothing happens.
    }
    CHECK(text_of(open().memory) == text_of_batch(whole_batch(2)));
}
