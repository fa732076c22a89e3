#include <cmath>

#include "promql/functions/extension.h"
#include "promql/functions/range.h"

namespace keepwatch::promql::functions {
namespace {

// How many samples stand in that relation to the one before.
template <class Counts> std::optional<double> count_steps(const Window& window, Counts counts) {
    const auto samples = samples_from_anchor(window);
    if (samples.empty()) return std::nullopt;
    double count = 0;
    for (std::size_t i = 1; i < samples.size(); ++i)
        if (counts(samples[i - 1].value, samples[i].value)) count += 1;
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
