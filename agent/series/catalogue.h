#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/target.h"
#include "model/time.h"

namespace keepwatch::series {

// Every metric that targets ever showed, wanted or not: what rules that match nothing, label APIs
// and coverage reports are checked against. A page that has the same series as the one before costs
// one assignment; only one that has not is gone through by name.
class Catalogue {
public:
    struct Count {
        std::string_view name;
        std::size_t series = 0;
    };
    struct Entry {
        std::string name;
        std::size_t series = 0; // On the newest page; 0 if it is gone from there.
        Timestamp last_seen;
        bool operator==(const Entry&) const = default;
    };

    explicit Catalogue(std::size_t names_per_target_max = 20'000)
        : names_per_target_max_(names_per_target_max) {}

    // A page whose names may differ from those before: all that it has, each once. Beyond the limit
    // the names that were gone longest make room; if all are there, further ones are not taken.
    void replace(TargetId target, Timestamp t, std::span<const Count> names);

    // A page that has the same series as the one before.
    void seen(TargetId target, Timestamp t);

    void forget(TargetId target);
    void shift_time(Duration by); // The wall clock was set.

    std::vector<Entry> names(TargetId target) const; // By name.
    // Of all targets together: series added up, and the newest sight.
    std::vector<Entry> names() const;
    std::optional<Entry> find(std::string_view name) const;
    std::uint64_t names_refused() const { return names_refused_; }

private:
    struct Known {
        std::size_t series = 0;
        Timestamp last_seen; // Of a name that is gone; of others it is the target's newest page.
    };
    struct Target {
        std::map<std::string, Known, std::less<>> names;
        Timestamp newest;
        Timestamp seen(const Known& known) const { return known.series ? newest : known.last_seen; }
    };
    void add(Target& target, const Count& count);
    void make_room(Target& target, std::size_t needed) const;

    std::size_t names_per_target_max_;
    std::map<TargetId, Target> targets_;
    std::uint64_t names_refused_ = 0;
};

} // namespace keepwatch::series
