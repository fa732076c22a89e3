#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/memory.h"
#include "journal/store.h"

namespace keepwatch::journal {

// What the journal's thread tells. `Trouble` comes once for each reason; what was committed
// meanwhile is dropped, because memory must stay bounded. When the disk may be well again, it asks
// for everything anew (`WantsAll`), and only a `Durable` after that ends the trouble.
struct Report {
    enum class What : std::uint8_t { Durable, Trouble, WantsAll };
    What what = What::Durable;
    std::uint64_t commit = 0;      // Durable: this one and all before it.
    std::string text;              // Trouble: why, for people.
    std::chrono::nanoseconds took; // Durable: the transaction, its sync included.
    std::uint64_t bytes = 0;       // Durable: of the file.
};

// A Store on a thread of its own, because a sync can take long and must stall nobody. What was
// committed while one transaction is under way goes into the next as one.
class Journal {
public:
    using Tell = std::function<void(Report)>; // Called on the journal's thread.
    struct Limits {
        std::size_t queued_max = 1'000; // Commits; beyond it all of them are dropped.
        std::chrono::milliseconds retry{5'000};
        std::string vfs{}; // As for Store::open().
    };

    // Without a store it begins in trouble and tries to open one; if another process has it
    // (`can_retry` false) it does not, for that one's memory must not be overwritten.
    Journal(std::string folder, std::optional<Store> store, bool can_retry, Tell tell,
            Limits limits);
    Journal(std::string folder, std::optional<Store> store, bool can_retry, Tell tell)
        : Journal(std::move(folder), std::move(store), can_retry, std::move(tell), Limits{}) {}
    ~Journal() { stop(); }
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // Numbers rise. Neither waits for the disk.
    void commit(std::uint64_t number, engine::Changes changes);
    void keep(engine::Chunk chunk, engine::Habits habits);

    // Writes what was given and ends the thread.
    void stop();

private:
    struct Work {
        Store::Batch batch;
        std::uint64_t last = 0; // The newest commit in it; 0 if there is none.
        bool lost = false;      // Commits before it were dropped.
    };
    void run();
    std::optional<Work> next_work(); // Waits; nothing at the end.
    void write(const Work& work);
    void reopen();
    void drop_queued_locked();

    std::string folder_;
    Tell tell_;
    Limits limits_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Work queued_;
    bool overflowed_ = false; // Something was dropped; until everything comes anew.
    bool stopping_ = false;

    // Of the thread alone.
    std::optional<Store> store_;
    bool can_retry_;
    std::string trouble_; // The last that was told.
    std::thread thread_;
};

} // namespace keepwatch::journal
