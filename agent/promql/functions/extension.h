#pragma once

#include <optional>
#include <span>
#include <vector>

#include "promql/functions/function.h"

// Windows of selectors that are `anchored` or `smoothed`: they hold samples beyond the range, of
// which the values at its two ends are made.
namespace keepwatch::promql {

enum class Slope : std::uint8_t { Any, Counter }; // A counter only falls when it begins anew.

struct Edges {
    double first = 0;               // At the beginning of the range,
    double last = 0;                // and at its end.
    std::span<const Sample> inside; // The samples between both.
};

// Nothing if there is no sample in the range that could tell.
std::optional<Edges> edges(const Window& window, Slope slope);

// The samples of the range: with an extension, those inside and one made up at each end.
std::vector<Sample> samples_in_range(const Window& window);

// The samples from the last one that is not behind the beginning of the range; without `anchored`,
// all. Empty if none is behind it.
std::span<const Sample> samples_from_anchor(const Window& window);

} // namespace keepwatch::promql
