#pragma once

#include <string>
#include <vector>

#include "engine/engine.h"

namespace keepwatch::engine {

// A rule that cannot see what it is about: although a target that it would read is up, none of its
// selectors has found a series for kBlindAfter.
struct BlindRule {
    std::string rule;
    std::string selector;             // The first of its selectors, as it is written.
    std::vector<std::string> nearest; // Metrics that are there and are called much the same.
    Location at;
};

std::string to_text(const BlindRule& rule); // On one line.

inline constexpr Duration kBlindAfter = minutes(10);
inline constexpr std::size_t kNearestNamesMax = 3;

// All that are blind now, in the order of the rules. Nothing is blind before history has been known
// for kBlindAfter. Costs a look into the store for each selector, and through all names that were
// ever seen for each blind rule: to be asked now and then.
std::vector<BlindRule> blind_rules(const Engine& engine);

// The names that share most pairs of letters with `name`, best first, at least two thirds of them;
// case and underscores do not count, because exporters differ in them.
std::vector<std::string> alike(std::string_view name, const std::vector<std::string>& names);

} // namespace keepwatch::engine
