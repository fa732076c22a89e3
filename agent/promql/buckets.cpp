#include "promql/buckets.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace keepwatch::promql {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Relative differences up to this are rounding errors of rate() and sum(), not falling counts.
constexpr double kSmallDifference = 1e-12;

bool is_almost_equal(double left, double right) {
    if (left == right) return true;
    const double smallest_normal = std::numeric_limits<double>::min();
    const double sum = std::fabs(left) + std::fabs(right);
    const double difference = std::fabs(left - right);
    if (left == 0 || right == 0 || sum < smallest_normal)
        return difference < kSmallDifference * smallest_normal;
    return difference / std::min(sum, std::numeric_limits<double>::max()) < kSmallDifference;
}

// Sorts by bound and adds up buckets of one bound (`le="1"` and `le="1.0"`).
void coalesce(std::vector<Bucket>& buckets) {
    std::stable_sort(buckets.begin(), buckets.end(), [](const Bucket& left, const Bucket& right) {
        return left.upper_bound < right.upper_bound;
    });
    std::size_t last = 0;
    for (std::size_t i = 1; i < buckets.size(); ++i) {
        if (buckets[i].upper_bound == buckets[last].upper_bound)
            buckets[last].count += buckets[i].count;
        else
            buckets[++last] = buckets[i];
    }
    if (!buckets.empty()) buckets.resize(last + 1);
}

// Counts cannot fall towards higher bounds; where they do, the highest count so far stands.
std::optional<Repair> make_monotonic(std::vector<Bucket>& buckets) {
    std::optional<Repair> repair;
    double before = buckets.front().count;
    for (auto& [bound, count] : buckets) {
        if (is_almost_equal(before, count)) {
            count = before;
        } else if (count < before) {
            if (!repair) repair = Repair{bound, bound, 0};
            repair->bound_max = bound;
            repair->fall_max = std::max(repair->fall_max, before - count);
            count = before;
        } else {
            before = count;
        }
    }
    return repair;
}

bool has_all(const std::vector<Bucket>& buckets) {
    return !buckets.empty() && buckets.back().upper_bound == kInfinity;
}

double quantile_of(double phi, const std::vector<Bucket>& buckets) {
    const double observations = buckets.back().count;
    if (buckets.size() < 2 || observations == 0) return kNaN;
    double rank = phi * observations;
    const auto last = buckets.size() - 1;
    // By halves, as Prometheus does: counts that are no numbers lead both to the same bucket.
    std::size_t b = 0;
    for (auto end = last; b < end;) {
        const auto middle = b + (end - b) / 2;
        if (buckets[middle].count >= rank)
            end = middle;
        else
            b = middle + 1;
    }
    if (b == last) return buckets[last - 1].upper_bound;
    if (b == 0 && buckets[0].upper_bound <= 0) return buckets[0].upper_bound;
    double start = 0;
    double count = buckets[b].count;
    if (b > 0) {
        start = buckets[b - 1].upper_bound;
        count -= buckets[b - 1].count;
        rank -= buckets[b - 1].count;
    }
    return start + (buckets[b].upper_bound - start) * (rank / count);
}

// How many observations were at most `bound`, interpolated within its bucket, which has `before`
// observations below it. Of an open-ended bucket, all of the lowest and none of the highest are.
double rank_within(double bound, double start, double before, const Bucket& bucket) {
    if (start == -kInfinity) return bucket.count;
    if (bucket.upper_bound == kInfinity) return before;
    return before + (bucket.count - before) * (bound - start) / (bucket.upper_bound - start);
}

double rank_of(double bound, const std::vector<Bucket>& buckets) {
    const double all = buckets.back().count;
    double start = buckets.front().upper_bound > 0 ? 0 : -kInfinity;
    double before = 0;
    for (const auto& bucket : buckets) {
        if (start >= bound) return std::min(before, all);
        if (bucket.upper_bound > bound)
            return std::min(rank_within(bound, start, before, bucket), all);
        start = bucket.upper_bound;
        before = bucket.count;
    }
    return all;
}

} // namespace

BucketQuantile bucket_quantile(double phi, std::vector<Bucket> buckets) {
    if (std::isnan(phi)) return {kNaN};
    if (phi < 0) return {-kInfinity};
    if (phi > 1) return {kInfinity};
    coalesce(buckets);
    if (!has_all(buckets)) return {kNaN};
    const auto repair = make_monotonic(buckets);
    return {quantile_of(phi, buckets), repair};
}

double bucket_fraction(double lower, double upper, std::vector<Bucket> buckets) {
    coalesce(buckets);
    if (!has_all(buckets)) return kNaN;
    const double count = buckets.back().count;
    if (count == 0 || std::isnan(lower) || std::isnan(upper)) return kNaN;
    if (lower >= upper) return 0;
    return (rank_of(upper, buckets) - rank_of(lower, buckets)) / count;
}

} // namespace keepwatch::promql
