#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "config/config.h"
#include "engine/bookkeeper.h"
#include "engine/engine.h"
#include "engine/past.h"
#include "journal/journal.h"
#include "model/event.h"

namespace keepwatch::cli {

namespace asio = boost::asio;

// Keeps what the agent must know after a crash: gives the journal what each event changed, and
// holds back what couriers send until that is safe on disk.
//
// A page is worth more than a duplicate: if the disk takes longer than Limits::stall_max or is
// broken, pages go out from memory, which is said loudly.
class Keeper {
public:
    struct Hooks {
        std::function<void(std::string_view)> log; // A line for people.
        std::function<void()> released;            // may_send() may have become true.
        std::function<void(bool)> troubled;        // State is not kept, or is again.
        std::function<void(const journal::Report&)> told;
        std::function<void()> stalled;
    };
    struct Limits {
        std::chrono::milliseconds stall_max{500}; // Of the disk; then pages do not wait for it.
        journal::Journal::Limits journal{};
    };
    // Of samples; the first one soon, so that an agent that does not live long remembers something.
    static constexpr Duration kFirstCheckpoint = seconds(5);
    static constexpr Duration kCheckpointInterval = seconds(60);

    // Reads the journal in the folder.
    Keeper(asio::any_io_executor executor, std::string folder,
           const std::vector<config::Sink>& sinks, Limits limits);
    Keeper(asio::any_io_executor executor, std::string folder,
           const std::vector<config::Sink>& sinks)
        : Keeper(executor, std::move(folder), sinks, Limits{}) {}
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    // What was before the restart; for the Engine's constructor, before start().
    const engine::Memory& memory() const { return opened_.memory; }

    // The engine outlives the keeper, or stop() comes first. Frees the memory.
    void start(const engine::Engine& engine, Hooks hooks);

    // After each event that was applied.
    void applied(const Event& event);

    // Whether what the notification says, and everything this sink said before, is safe.
    bool may_send(const routing::Notification& notification) const;

    // Nothing is on its way to the disk.
    bool is_idle() const { return under_way_.empty(); }

    // Writes what there is and ends the journal.
    void stop();

private:
    struct Commit {
        std::uint64_t number = 0;
        std::uint64_t revision = 0; // Of the newest notification in it.
    };
    void tell_memory() const;
    void forget_other_receivers(const std::vector<config::Sink>& sinks);
    void commit_changes();
    void checkpoint();
    void take(const journal::Report& report);
    void take_trouble(const std::string& text);
    void take_durable(std::uint64_t number);
    void arm_stall_alarm();
    void log(std::string_view line) const;

    asio::any_io_executor executor_;
    std::string folder_;
    Limits limits_;
    journal::Store::Opened opened_;
    std::vector<engine::Habits::Receiver> receivers_;

    const engine::Engine* engine_ = nullptr;
    Hooks hooks_;
    engine::Bookkeeper bookkeeper_;
    std::unique_ptr<engine::Past> past_;
    Timestamp checkpoint_due_;

    std::uint64_t commit_ = 0; // The newest number.
    std::uint64_t durable_ = 0;
    std::uint64_t durable_revision_ = 0;
    std::deque<Commit> under_way_;
    std::map<std::string, std::uint64_t, std::less<>> outcomes_; // By sink: in which commit.
    bool writable_ = true;  // The journal's thread has a store.
    bool troubled_ = false; // Until something was written again.
    bool stalled_ = false;
    asio::steady_timer stall_alarm_;
    bool alarm_armed_ = false;
    std::unique_ptr<journal::Journal> journal_;
};

} // namespace keepwatch::cli
