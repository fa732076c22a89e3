#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "model/time.h"
#include "notify/backoff.h"
#include "routing/desired.h"

namespace keepwatch::notify {

// The difference between what one sink should know and what it has settled, that is accepted or
// refused for good; and which part of it to close next. Pure: `now` is any clock that never steps.
//
// Only the newest revision of a key counts, so changes during an outage collapse into one. A key
// that has to wait does not hold up the others.
//
// A sink that wants repeats is told what it has settled again and again, and at once after a
// restart; what it does not know yet goes first.
class Backlog {
public:
    // What the sink had settled before this process started, by key; and after how long it wants to
    // hear the same again, if it does.
    explicit Backlog(std::map<std::string, std::uint64_t> settled,
                     std::optional<Duration> repeat_after = std::nullopt);

    // Whether one may be sent now, such as one that is safe on disk; null: any.
    using MaySend = std::function<bool(const routing::Notification&)>;

    // The oldest unsettled change, or else what is to be repeated, whose time has come and that may
    // be sent, or null. Points into `desired`.
    const routing::Notification* next(const routing::Desired& desired, Timestamp now,
                                      const MaySend& may_send = nullptr) const;

    // When next() will have something if nothing else changes; nullopt if nothing waits for time
    // alone.
    std::optional<Timestamp> due_at(const routing::Desired& desired,
                                    const MaySend& may_send = nullptr) const;

    std::size_t outstanding(const routing::Desired& desired) const;

    void settle(const std::string& key, std::uint64_t revision, Timestamp now);
    bool is_settled(const routing::Notification& notification) const;

    // Holds the key back after an attempt that may succeed later, for a backoff() that grows with
    // each attempt, or for the receiver's own wish if that is longer. Returns for how long.
    Duration postpone(const std::string& key, Timestamp now, std::optional<Duration> wish,
                      const RandomSource& random);

    // Drops what is known of keys that are no longer desired, so that memory is bounded by
    // `desired`.
    void forget_others(const routing::Desired& desired);

private:
    struct Attempts {
        int failures = 0; // Since the last success.
        Timestamp not_before;
    };
    std::optional<Timestamp> due(const routing::Notification& notification) const;
    Timestamp repeat_at(const std::string& key) const;
    Timestamp not_before(const std::string& key) const;

    std::map<std::string, std::uint64_t> settled_;
    std::optional<Duration> repeat_after_;
    std::map<std::string, Timestamp> told_at_; // What was settled by this process, if it repeats.
    std::map<std::string, Attempts> attempts_; // Of keys whose last attempt did not succeed.
};

} // namespace keepwatch::notify
