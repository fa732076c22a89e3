#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/labels.h"
#include "model/time.h"

namespace keepwatch::alert {

enum class State : std::uint8_t { Inactive, Pending, Firing };

// A condition that one rule sees on one set of labels, and what became of it.
// The semantics of the times are Prometheus's (rules/alerting.go).
struct Alert {
    Labels labels;      // Of the result, without __name__, with the rule's labels and `alertname`.
    Labels source;      // Of the result alone, without __name__.
    Labels annotations; // Rendered at the newest evaluation that had a result.
    State state = State::Inactive;
    double value = 0;
    Timestamp active_at;         // Pending since.
    Timestamp fired_at;          // Firing since; 0 before.
    Timestamp resolved_at;       // 0 unless it fired and ended.
    Timestamp keep_firing_since; // 0 unless only keep_firing_for holds it.
    bool held = false;           // Absent from the result, but a policy of the rule keeps it.
};

// Moves its times, after the wall clock was set. A time that never was stays so.
void shift(Alert& alert, Duration by);

// One step of one alert, as told to people and to the router.
struct Transition {
    enum class To : std::uint8_t { Pending, Firing, Resolved, Dropped }; // Dropped: ended pending.
    Timestamp at;
    To to = To::Pending;
    std::string rule; // The alert's name.
    Alert alert;
    std::string reason; // "held for 1m", "no longer in the result", …
};

constexpr std::string_view name(Transition::To to) {
    switch (to) {
    case Transition::To::Pending:
        return "pending";
    case Transition::To::Firing:
        return "firing";
    case Transition::To::Resolved:
        return "resolved";
    case Transition::To::Dropped:
        return "dropped";
    }
    return "";
}

} // namespace keepwatch::alert
