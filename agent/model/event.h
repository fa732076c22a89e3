#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/labels.h"
#include "model/sample.h"
#include "model/target.h"
#include "model/time.h"

// Everything that can happen to an agent. The Engine is a function of these and of nothing else, so
// a stream of them is a recording, and applying it again gives the same transitions.
namespace keepwatch {

enum class PageFormat : std::uint8_t {
    Text,           // Prometheus text 0.0.4.
    OpenMetrics,    // OpenMetrics text 1.0.
    ZookeeperWords, // Replies to four-letter words, each after a line `#4lw WORD`.
};

// A target answered. The bytes belong to the sender and are valid while the event is applied.
struct PageArrived {
    TargetId target = 0;
    Timestamp scheduled; // The tick of the target's grid that asked; the time of its samples.
    Duration took;       // From the request to the last byte.
    PageFormat format = PageFormat::Text;
    std::string_view body; // Decompressed.
};

// A target did not answer, or its answer broke off or exceeded a limit.
struct ScrapeFailed {
    TargetId target = 0;
    Timestamp scheduled;
    Duration took;
    std::string reason;
};

// Something known at once and not by a page, such as the end of a process.
struct Fact {
    std::string name; // A metric name.
    Labels labels;    // Besides the target's.
    double value = 0;
};
struct FactsLearned {
    TargetId target = 0;
    std::vector<Fact> facts;
};

// Somebody wrote series to us, with samples of any times in any order.
struct PushedSeries {
    Labels labels; // All of them, the metric's name among them.
    std::vector<Sample> samples;
};
struct SeriesPushed {
    std::vector<PushedSeries> series;
};

// What became of a notification: the sink has it (accepted), or refuses it for good.
struct DeliveryOutcome {
    std::string sink;
    std::string key;
    std::uint64_t revision = 0; // Of the desired notification that was sent.
    bool accepted = false;
    std::string detail; // Why it was refused.
};

// The wall clock was set: every stored wall time moves by this much.
struct ClockStepped {
    Duration by;
};

// Nothing happened, but the time came that next_deadline() named.
struct Tick {};

struct Event {
    Timestamp at; // When it reached the Engine; never before that of the event ahead of it.
    std::variant<Tick, PageArrived, ScrapeFailed, FactsLearned, DeliveryOutcome, ClockStepped,
                 SeriesPushed>
        what;
};

} // namespace keepwatch
