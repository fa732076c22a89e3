#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
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

// Moves every alert of a rule from one evaluation to the next; the whole machine, as in
// Prometheus's rules/alerting.go, Eval():
//
//   state      in the result               not in the result
//   inactive   -> pending (firing if for=0)   forgotten 15 m after it resolved
//   pending    -> firing once `for` passed    dropped
//   firing     stays; -> pending if a reload  stays while keep_firing_for lasts, else resolved
//              raised `for` above its age
//
// Where the result lacks an alert and `judge` finds the reason to be unknown, it stays as it is.
// Times are those of the evaluation. Returns the steps in the order of the labels.
std::vector<Transition> advance(const Rule& rule, Timestamp at, std::span<const Observation> result,
                                const JudgeAbsence& judge, Alerts& alerts);

} // namespace keepwatch::alert
