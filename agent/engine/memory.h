#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alert/rule.h"
#include "alert/transition.h"
#include "model/labels.h"
#include "model/sample.h"
#include "model/time.h"
#include "routing/desired.h"

// What an Engine must know again after a restart, as values: a Memory is given to its constructor,
// Changes say after each event how the Memory differs from before. Whoever keeps them, on disk or
// for a test, needs to know nothing else of the Engine.
namespace keepwatch::engine {

// An alert is known by its rule's id (see RuleRunner) and its labels.
struct AlertKey {
    std::string rule;
    Labels labels;
    auto operator<=>(const AlertKey&) const = default;
};
struct RememberedAlert {
    std::string rule;                        // The rule's id.
    std::string name;                        // The alert's, in case the rule is gone.
    alert::Scope scope = alert::Scope::Host; // Likewise, for the deduplication key.
    alert::Alert alert;
    AlertKey key() const { return {rule, alert.labels}; }
};

struct NotificationKey {
    std::string sink;
    std::string key;
    auto operator<=>(const NotificationKey&) const = default;
};

// What was learnt of the targets, and would be learnt again with time.
struct Habits {
    struct Read {
        std::string rule;         // The rule's id.
        std::string target;       // "": what is pushed.
        std::uint8_t origins = 0; // As bits, see Origin.
        bool operator==(const Read&) const = default;
    };
    struct Size {
        std::string target;
        std::uint64_t samples = 0; // As many as its pages usually have.
        bool operator==(const Size&) const = default;
    };
    // Of a sink: which receiver its name stands for. Another mark, another receiver, which knows
    // nothing of what this one was told.
    struct Receiver {
        std::string sink;
        std::uint64_t mark = 0;
        bool operator==(const Receiver&) const = default;
    };
    std::vector<Read> reads;
    std::vector<Size> sizes;
    std::vector<Receiver> receivers;
    bool operator==(const Habits&) const = default;
};

// Samples of the series that rules need a past of, by the source in the store that wrote them.
struct SeriesPast {
    Labels labels;
    std::vector<Sample> samples; // In the order of time; staleness markers among them.
};
inline constexpr std::string_view kPushedPast = "push";
struct SourcePast {
    std::string source; // `page/b1`, `fact/b1`, `rule/ID`, or kPushedPast.
    std::vector<SeriesPast> series;
};
struct Chunk {
    Timestamp at;             // When it was taken.
    std::uint64_t wanted = 0; // Of the selectors that chose the series; another number, others.
    bool everything = false;  // Makes all chunks before it void.
    Timestamp needed_since;   // Chunks that were taken before this are not needed any more.
    std::vector<SourcePast> sources;
};

struct Memory {
    Timestamp at; // Of the newest event it knows of; zero if it knows nothing.
    std::uint64_t revision = 0;
    std::vector<RememberedAlert> alerts;
    std::vector<routing::Notification> notifications;
    Habits habits;
    std::vector<Chunk> chunks; // Oldest first.

    bool empty() const { return at.ms == 0; }
};

// From one Memory to the next, but for habits and chunks, which are taken now and then.
struct Changes {
    bool everything = false; // Alerts and notifications that are not named are no more.
    Timestamp at;
    std::uint64_t revision = 0;
    std::vector<RememberedAlert> alerts; // New or different.
    std::vector<AlertKey> alerts_gone;
    std::vector<routing::Notification> notifications; // New or different.
    std::vector<NotificationKey> notifications_gone;

    bool empty() const {
        return !everything && alerts.empty() && alerts_gone.empty() && notifications.empty() &&
               notifications_gone.empty();
    }
};

void apply(const Changes& changes, Memory& memory);
void apply(Chunk chunk, Memory& memory);

} // namespace keepwatch::engine
