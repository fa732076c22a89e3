#include <cmath>

#include "promql/eval/arithmetic.h"
#include "promql/functions/element.h"

namespace keepwatch::promql::functions {

double abs(double value, Parameters) {
    return std::fabs(value);
}
double ceil(double value, Parameters) {
    return std::ceil(value);
}
double exp(double value, Parameters) {
    return std::exp(value);
}
double floor(double value, Parameters) {
    return std::floor(value);
}
double ln(double value, Parameters) {
    return std::log(value);
}
double log10(double value, Parameters) {
    return std::log10(value);
}
double log2(double value, Parameters) {
    return std::log2(value);
}
double sqrt(double value, Parameters) {
    return std::sqrt(value);
}

double clamp_min(double value, Parameters min) {
    return larger(value, min[0]);
}

double clamp_max(double value, Parameters max) {
    return smaller(value, max[0]);
}

// To the nearest multiple, halves up. By the inverse, as 1/0.1 is exact and 0.1 is not.
double round(double value, Parameters to_nearest) {
    const double inverse = 1 / (to_nearest.empty() ? 1 : to_nearest[0]);
    return std::floor(value * inverse + 0.5) / inverse;
}

double sgn(double value, Parameters) {
    if (value > 0) return 1;
    return value < 0 ? -1 : value; // Zero and NaN stay.
}

} // namespace keepwatch::promql::functions
