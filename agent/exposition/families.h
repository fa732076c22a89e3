#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "model/event.h"

namespace keepwatch::exposition {

// What a page says of a metric beside its samples.
struct Family {
    std::string type; // "counter", …; "unknown" if the page does not say.
    std::string help;
    std::string unit;
    bool operator==(const Family&) const = default;
};
using Families = std::map<std::string, Family, std::less<>>; // By name.

struct FamilyLimits {
    std::size_t families_max = 20'000; // Further ones are left out.
    std::size_t help_bytes_max = 1'000;
};

// Reads the TYPE, HELP and UNIT lines of a page, and passes over what is none of them. Costs one
// search for the ends of lines.
Families read_families(std::string_view page, PageFormat format, const FamilyLimits& limits = {});

} // namespace keepwatch::exposition
