#include "journal/journal.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <doctest/doctest.h>

#include "memories.h"
#include "support/temp_dir.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::journal;
using namespace keepwatch::testing;

using What = Report::What;

// Collects what the journal's thread tells.
class Reports {
public:
    Journal::Tell tell() {
        return [this](Report report) {
            const std::lock_guard lock(mutex_);
            all_.push_back(std::move(report));
            changed_.notify_all();
        };
    }
    // Waits for one that the predicate likes, and forgets what came before it.
    template <class Like> Report await(Like like) {
        std::unique_lock lock(mutex_);
        for (;;) {
            const auto found = std::find_if(all_.begin(), all_.end(), like);
            if (found != all_.end()) {
                auto report = *found;
                all_.erase(all_.begin(), found + 1);
                return report;
            }
            if (changed_.wait_for(lock, std::chrono::seconds(60)) == std::cv_status::timeout)
                FAIL("nothing was told");
        }
    }
    Report await_what(What what) {
        return await([what](const Report& report) { return report.what == what; });
    }
    Report await_commit(std::uint64_t commit) {
        return await([commit](const Report& report) { return report.commit == commit; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Report> all_;
};

const Journal::Limits kQuick{1'000, std::chrono::milliseconds(1)};

engine::Changes everything(int n) {
    auto changes = nth_changes(n);
    changes.everything = true;
    return changes;
}

} // namespace

TEST_CASE("journal::Journal: tells what is durable, and it is") {
    const TempDir folder;
    Reports reports;
    {
        Journal journal(folder.path(""), Store::open(folder.path("")).store, true, reports.tell());
        for (std::uint64_t n = 1; n <= 20; ++n) journal.commit(n, nth_changes(static_cast<int>(n)));
        const auto durable = reports.await_commit(20);
        CHECK(durable.what == What::Durable);
        CHECK(durable.bytes > 0);
        journal.commit(21, nth_changes(21));
        journal.keep(chunk_of(1'700'000'000'000, 1), {{}, {{"b1", 7}}, {}});
    } // Ends with what was given.
    const auto memory = Store::open(folder.path("")).memory;
    CHECK(memory.revision == 21);
    CHECK(memory.alerts.size() == 3);
    CHECK(memory.chunks.size() == 1);
    CHECK(memory.habits.sizes.size() == 1);
}

TEST_CASE("journal::Journal: without a disk it asks for everything once there is one") {
    const TempDir folder;
    const auto blocked = folder.write("state", "a file where a folder must be");
    Reports reports;
    Journal journal(blocked, std::nullopt, true, reports.tell(), kQuick);
    journal.commit(1, nth_changes(1)); // Lost: nobody can write it.
    std::filesystem::remove(blocked);
    reports.await_what(What::WantsAll);
    journal.commit(2, everything(2));
    CHECK(reports.await_what(What::Durable).commit == 2);
    journal.stop();
    CHECK(Store::open(blocked).memory.revision == 2);
}

TEST_CASE("journal::Journal: another's journal is left alone for good") {
    const TempDir folder;
    Reports reports;
    {
        Journal journal(folder.path(""), std::nullopt, false, reports.tell(), kQuick);
        journal.commit(1, nth_changes(1));
    }
    CHECK(Store::open(folder.path("")).memory.empty());
}

TEST_CASE("journal::Journal: what is too much at once is dropped and asked for anew") {
    const TempDir folder;
    Reports reports;
    Journal journal(folder.path(""), Store::open(folder.path("")).store, true, reports.tell(),
                    {3, std::chrono::milliseconds(1)});
    // Faster than any disk, until it was too much.
    for (std::uint64_t n = 1; n < 5'000; ++n) journal.commit(n, nth_changes(static_cast<int>(n)));
    reports.await_what(What::WantsAll);
    journal.commit(5'000, everything(9));
    reports.await_commit(5'000);
    journal.stop();
    CHECK(Store::open(folder.path("")).memory.alerts.size() == 1);
}
