#pragma once

#include <optional>
#include <vector>

namespace keepwatch::promql {

// One bucket of a classic histogram: how many observations were at most `upper_bound`.
struct Bucket {
    double upper_bound = 0;
    double count = 0;
};

// Where counts fell from one bucket to the next, as buckets were scraped at different moments.
struct Repair {
    double bound_min = 0; // Of the buckets that were raised,
    double bound_max = 0;
    double fall_max = 0; // and by how much at most.
};

struct BucketQuantile {
    double value = 0;
    std::optional<Repair> repair{};
};

// The φ-quantile, observations taken as evenly spread within their bucket and the lowest bucket as
// starting at zero if its bound is positive. NaN without a +Inf bucket, with fewer than two
// buckets or without observations.
BucketQuantile bucket_quantile(double phi, std::vector<Bucket> buckets);

// The share of observations between the bounds, under the same assumptions. Falling counts are
// taken as they are.
double bucket_fraction(double lower, double upper, std::vector<Bucket> buckets);

} // namespace keepwatch::promql
