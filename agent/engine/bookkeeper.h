#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/memory.h"

namespace keepwatch::engine {

// Finds what must be remembered anew: compares the Engine with what it was at the last call. Only
// what a restart could get wrong counts as a change; the value and the annotations of an alert that
// else stays as it is do not. Costs nothing for rules that did not change.
class Bookkeeper {
public:
    // The first call names everything.
    Changes changes(const Engine& engine);

    // Whoever kept the changes lost them: the next call names everything.
    void start_over();

private:
    struct Essence {
        alert::State state = alert::State::Inactive;
        Timestamp active_at;
        Timestamp fired_at;
        Timestamp resolved_at;
        Timestamp keep_firing_since;
        bool held = false;
        bool operator==(const Essence&) const = default;
    };
    using Essences = std::map<Labels, Essence>;
    struct Version {
        std::uint64_t revision = 0;
        std::uint64_t settled = 0;
        std::size_t alerts = 0;
        Timestamp changed_at; // Differs after the wall clock was set.
        bool operator==(const Version&) const = default;
    };
    using Versions = std::map<std::string, Version>;
    struct Known {
        std::uint64_t changes = 0; // Of the rule when it was compared.
        Essences alerts;
    };

    static Essence essence_of(const alert::Alert& alert);
    static Version version_of(const routing::Notification& notification);
    void compare(const RuleRunner::Entry& entry, Known& known, Changes& changes);
    static void compare(const std::string& sink, const routing::Desired& desired, Versions& known,
                        Changes& changes);

    bool fresh_ = true;
    std::vector<Known> rules_; // By position in the RuleRunner.
    std::map<std::string, Versions> told_;
    std::uint64_t router_changes_ = 0;
};

// What was learnt of the targets until now.
Habits habits_of(const Engine& engine);

} // namespace keepwatch::engine
