#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "model/result.h"
#include "model/target.h"
#include "model/time.h"

namespace keepwatch::cli {

// When a recorded target's process began or ended.
struct LifeChange {
    Timestamp at;
    TargetId target = 0;
    bool alive = false;
};

// Reads through a recording for the targets that gave pages over HTTP, and their lives: from what
// was learned of the process itself, or, for a target whose process nobody watched, from its pages.
struct Lives {
    std::vector<TargetId> targets;
    std::vector<LifeChange> changes; // In the order of time.
};
Result<Lives> lives_in(const std::string& recording);

// A process of its own for each target, which serves its pages, and is really killed when the
// recorded one was: so an agent sees refused connections and the end of a process as they are.
class StandIns {
public:
    StandIns(std::string recording, double speedup)
        : recording_(std::move(recording)), speedup_(speedup) {}
    ~StandIns(); // Kills those that still run.
    StandIns(const StandIns&) = delete;
    StandIns& operator=(const StandIns&) = delete;

    // Takes a free port for the target; it keeps it through its lives.
    Result<std::uint16_t> add(TargetId id, const std::string& name);
    Result<void> start(TargetId id, Timestamp now);
    void kill(TargetId id);

    // Waits until each that was started answers, at most a few seconds.
    void await_all() const;

private:
    struct StandIn {
        TargetId id = 0;
        std::string name;
        std::uint16_t port = 0;
        pid_t pid = 0; // 0 while it is dead.
    };
    StandIn* find(TargetId id);

    std::string recording_;
    double speedup_;
    std::vector<StandIn> all_;
};

} // namespace keepwatch::cli
