#pragma once

#include <cstdint>
#include <vector>

namespace keepwatch::promql {

// One bucket of a classic histogram: how many observations were at most `upper_bound`.
struct Bucket {
    double upper_bound = 0;
    double count = 0;
};

enum class Repair : std::uint8_t { None, Monotonicity };

struct BucketQuantile {
    double value = 0;
    Repair repair = Repair::None; // Whether counts fell from one bucket to the next.
};

// The φ-quantile, observations taken as evenly spread within their bucket and the lowest bucket as
// starting at zero if its bound is positive. NaN without a +Inf bucket, with fewer than two
// buckets or without observations.
BucketQuantile bucket_quantile(double phi, std::vector<Bucket> buckets);

// The share of observations between the bounds, under the same assumptions.
double bucket_fraction(double lower, double upper, std::vector<Bucket> buckets);

} // namespace keepwatch::promql
