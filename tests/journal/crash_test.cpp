// The power goes at every step that the journal takes on its disk. What was said to be durable is
// there afterwards, whole; of what was under way there is all or nothing.
#include <algorithm>
#include <optional>

#include <doctest/doctest.h>

#include "journal/store.h"
#include "memories.h"
#include "support/frail_disk.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::journal;
using namespace keepwatch::testing;

constexpr int kCommits = 12;

Store::Batch batch(int n) {
    Store::Batch batch;
    batch.changes.push_back(nth_changes(n));
    if (n % 4 == 0) batch.chunks.push_back(chunk_of(1'700'000'000'000 + n, n));
    return batch;
}

// What a journal holds after n commits.
std::string held_after(int n) {
    engine::Memory memory;
    for (int i = 1; i <= n; ++i) {
        auto made = batch(i);
        engine::apply(made.changes[0], memory);
        for (auto& chunk : made.chunks) engine::apply(std::move(chunk), memory);
    }
    return text_of(memory);
}

Store::Opened open_on_disk() {
    return Store::open("", FrailDisk::kName);
}

// Commits until the power goes; returns how many were said to be durable.
int commit_all() {
    auto opened = open_on_disk();
    if (!opened.store) return 0;
    for (int n = 1; n <= kCommits; ++n)
        if (!opened.store->write(batch(n))) return n - 1;
    return kCommits;
}

} // namespace

TEST_CASE("journal::Store: whenever the power goes, what was durable is there and whole") {
    long steps = 0;
    {
        FrailDisk disk;
        REQUIRE(commit_all() == kCommits);
        steps = disk.steps();
    }
    REQUIRE(steps > kCommits);
    for (const std::size_t torn : {0U, 1U, 2U, 5U}) {
        for (long cut = 1; cut < steps; ++cut) {
            CAPTURE(torn);
            CAPTURE(cut);
            FrailDisk disk;
            disk.cut_power_after(cut);
            const int durable = commit_all();
            disk.restart(torn);
            auto opened = open_on_disk();
            REQUIRE(opened.store);
            CHECK(opened.warnings.empty());
            const auto held = text_of(opened.memory);
            // The commit that was cut off may have come through.
            const bool right = held == held_after(durable) || held == held_after(durable + 1);
            CHECK_MESSAGE(right, held << "is not\n" << held_after(durable));
            CHECK(opened.store->write(batch(durable + 1)).has_value()); // It works on.
        }
    }
}

TEST_CASE("journal::Store: a disk that is full keeps what was durable, and works on with room") {
    for (long room = 0; room < 60; ++room) {
        CAPTURE(room);
        FrailDisk disk;
        disk.fill_up_after(room);
        const int durable = commit_all();
        disk.make_room();
        auto opened = open_on_disk();
        REQUIRE(opened.store);
        const auto held = text_of(opened.memory);
        const bool right = held == held_after(durable) || held == held_after(durable + 1);
        CHECK_MESSAGE(right, held << "is not\n" << held_after(durable));
        CHECK(opened.store->write(batch(durable + 1)).has_value());
    }
}

TEST_CASE("journal::Store: errors of the disk are told as SQLite tells them") {
    FrailDisk disk;
    auto opened = open_on_disk();
    REQUIRE(opened.store);
    disk.fail_with(SQLITE_IOERR_WRITE);
    const auto failed = opened.store->write(batch(1));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::Storage);
    CHECK(failed.error().message == "journal.db: SQLite: disk I/O error (code 778)");
    disk.fail_with(SQLITE_OK);
    CHECK(opened.store->write(batch(1)).has_value());
    CHECK(opened.store->write(batch(2)).has_value());
}
