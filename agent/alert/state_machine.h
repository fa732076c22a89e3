#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "alert/rule.h"
#include "alert/transition.h"

namespace keepwatch::alert {

// One element of a rule's result, with its labels and annotations already expanded.
struct Observation {
    Labels labels; // The alert's identity: rule labels and alertname are in.
    Labels source; // The result's own labels, without __name__.
    Labels annotations;
    double value = 0;
};

// What a rule adds to Prometheus's machine for an alert that left the result. Asked only then.
enum class Absence : std::uint8_t {
    Recovered, // The condition ended: go on as Prometheus would.
    Unknown,   // The data is missing, or the second threshold is not reached: stay as it is.
};
using JudgeAbsence = std::function<Absence(const Alert&)>;

// The alerts of one rule, by their labels.
using Alerts = std::map<Labels, Alert>;

// Resolved alerts are remembered for this long, so that sinks that need repeats can have them.
inline constexpr Duration kResolvedRetention = minutes(15);

// What an evaluation says of one alert.
enum class Sight : std::uint8_t {
    Seen,   // It is in the result.
    Gone,   // It is not, and the condition ended.
    Hidden, // It is not, and whether the condition ended is unknown.
};

// Where an edge leads; Forgotten: the alert is no more.
enum class Next : std::uint8_t { Inactive, Pending, Firing, Forgotten };

// When an edge is taken.
using Guard = bool (*)(const Rule& rule, const Alert& alert, Timestamp at);
bool always(const Rule& rule, const Alert& alert, Timestamp at);
bool has_held(const Rule& rule, const Alert& alert, Timestamp at);     // Since active_at for `for`.
bool keeps_firing(const Rule& rule, const Alert& alert, Timestamp at); // By keep_firing_for.
bool is_recent(const Rule& rule, const Alert& alert, Timestamp at);    // Resolved, not long ago.

struct Edge {
    State from = State::Inactive;
    Sight sight = Sight::Seen;
    Guard when = always;
    Next to = Next::Inactive;
    std::optional<Transition::To> told; // The step that people hear of.
    std::string_view reason;            // `{age}` is the time since active_at.
};

// The whole machine, which is that of Prometheus's rules/alerting.go, Eval(), but for what is
// Hidden. Of the edges that fit the first is taken. An alert that is not known is Inactive, and
// active since the evaluation that sees it. `has_held` stands at a firing alert too, because a
// reload may have raised `for` beyond its age.
inline constexpr std::array kEdges{
    // clang-format off
    Edge{State::Inactive, Sight::Seen,   has_held,     Next::Firing,    Transition::To::Firing,   "at once"},
    Edge{State::Inactive, Sight::Seen,   always,       Next::Pending,   Transition::To::Pending,  "fires after {for}"},
    Edge{State::Inactive, Sight::Gone,   is_recent,    Next::Inactive,  {}, {}},
    Edge{State::Inactive, Sight::Gone,   always,       Next::Forgotten, {}, {}},

    Edge{State::Pending,  Sight::Seen,   has_held,     Next::Firing,    Transition::To::Firing,   "held for {age}"},
    Edge{State::Pending,  Sight::Seen,   always,       Next::Pending,   {}, {}},
    Edge{State::Pending,  Sight::Gone,   always,       Next::Forgotten, Transition::To::Dropped,  "ended before it fired"},
    Edge{State::Pending,  Sight::Hidden, always,       Next::Pending,   {}, {}},

    Edge{State::Firing,   Sight::Seen,   has_held,     Next::Firing,    {}, {}},
    Edge{State::Firing,   Sight::Seen,   always,       Next::Pending,   Transition::To::Pending,  "for was raised"},
    Edge{State::Firing,   Sight::Gone,   keeps_firing, Next::Firing,    {}, {}},
    Edge{State::Firing,   Sight::Gone,   always,       Next::Inactive,  Transition::To::Resolved, "no longer in the result"},
    Edge{State::Firing,   Sight::Hidden, always,       Next::Firing,    {}, {}},
    // clang-format on
};

const Edge& edge_of(const Rule& rule, const Alert& alert, Sight sight, Timestamp at);

// Moves every alert of a rule from one evaluation to the next. Times are those of the evaluation.
// Returns the steps in the order of the result, then those of what is not in it by their labels.
std::vector<Transition> advance(const Rule& rule, Timestamp at, std::span<const Observation> result,
                                const JudgeAbsence& judge, Alerts& alerts);

} // namespace keepwatch::alert
