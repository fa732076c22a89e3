#include <cmath>

#include "promql/functions/range.h"

namespace keepwatch::promql::functions {
namespace {

// How many samples stand in that relation to the one before.
template <class Counts> double count_steps(const Window& window, Counts counts) {
    double count = 0;
    for (std::size_t i = 1; i < window.samples.size(); ++i)
        if (counts(window.samples[i - 1].value, window.samples[i].value)) count += 1;
    return count;
}

} // namespace

std::optional<double> changes(const Window& window, Parameters) {
    return count_steps(window, [](double before, double after) {
        return before != after && !(std::isnan(before) && std::isnan(after));
    });
}

std::optional<double> resets(const Window& window, Parameters) {
    return count_steps(window, [](double before, double after) { return after < before; });
}

} // namespace keepwatch::promql::functions
