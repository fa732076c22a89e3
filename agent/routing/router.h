#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alert/rule.h"
#include "alert/transition.h"
#include "model/event.h"
#include "routing/desired.h"

namespace keepwatch::routing {

struct SinkInfo {
    std::string name;
    // For how long it stays owed an end that it was told, because it wants things repeated: as
    // Alertmanager, which keeps nothing over a restart. Zero for sinks that are told once.
    Duration ends_repeated{};
};

// Turns steps of alerts into what each sink should know. Pure: whether a sink knows it already, and
// how it is told, is the couriers' matter; they report back by delivered().
//
// Alerts that are one incident share a key: those of one name and cluster, and for rules of host
// scope also of one instance. So a hundred partitions of one broker are one page, and one
// cluster-wide condition seen by many agents has one key everywhere.
class Router {
public:
    explicit Router(std::vector<SinkInfo> sinks);

    // Takes Firing and Resolved steps, and Pending ones of alerts that sinks know to fire: a reload
    // raised their `for`, and they may never fire again. An alert that waits anew is not over any
    // more, so its end is not repeated, as in Prometheus. Else a sink need not know who waits.
    void take(const alert::Transition& step, alert::Scope scope, const Sop& sop);

    // An accepted revision settles what it told; a refused one is settled too, because sending it
    // again cannot help.
    void settle(const DeliveryOutcome& outcome);

    // Drops the ends that were told and repeated for long enough.
    void forget_ends(Timestamp now);

    // Tells of an alert that fires to the sinks that do not know of it, such as a new one.
    void introduce(const alert::Transition& step, alert::Scope scope, const Sop& sop);

    // What was desired before a restart; sinks that are unknown now are left out.
    void restore(const std::vector<Notification>& notifications, std::uint64_t revision);

    // Moves every stored time, after the wall clock was set.
    void shift(Duration by);

    const Desired& desired(std::string_view sink) const; // Empty for a sink that is unknown.

    std::uint64_t revision() const { return revision_; } // The newest.
    std::uint64_t changes() const { return changes_; }   // Grows with whatever changes desired().

private:
    void take_pending(const alert::Transition& step, const std::string& key);
    void end_repeats(const Labels& alert, Desired& incidents, Desired::iterator incident);
    void tell(const alert::Transition& step, const Labels& group, const Sop& sop,
              Notification& notification) const;
    void raise_revision(Timestamp at);

    std::map<std::string, Desired, std::less<>> desired_; // By sink.
    std::vector<SinkInfo> repeating_;                     // Sinks that want ends repeated.
    // Revisions are not below the time in milliseconds, so that none comes twice even if what was
    // known before a restart is lost: receivers may know them.
    std::uint64_t revision_ = 0;
    std::uint64_t changes_ = 0;
};

// The labels that tell one incident from another, of an alert of that scope.
Labels group_labels(const Labels& alert, alert::Scope scope);

// `kw1:` and the SHA-256 of the group's labels: the same on every host and after every restart.
std::string deduplication_key(const Labels& group);

} // namespace keepwatch::routing
