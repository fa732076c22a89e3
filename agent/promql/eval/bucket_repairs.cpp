#include "promql/eval/bucket_repairs.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "model/labels.h"
#include "model/number.h"

namespace keepwatch::promql {
namespace {

std::string whole_seconds(Timestamp t) {
    return format_rfc3339(Timestamp{t.ms / 1000 * 1000});
}

// As Go's %.2g.
std::string two_digits(double value) {
    return std::isfinite(value) ? fmt::format("{:.2g}", value) : format_number(value);
}

} // namespace

void BucketRepairs::add(const std::string& metric, const Span& at, Timestamp t,
                        const Repair& repair) {
    const auto [found, is_new] = by_metric_.try_emplace(metric, Sum{at, t, t, repair});
    auto& sum = found->second;
    ++sum.count;
    if (is_new) return;
    sum.at = at;
    sum.first = std::min(sum.first, t);
    sum.last = std::max(sum.last, t);
    sum.repair.bound_min = std::min(sum.repair.bound_min, repair.bound_min);
    sum.repair.bound_max = std::max(sum.repair.bound_max, repair.bound_max);
    sum.repair.fall_max = std::max(sum.repair.fall_max, repair.fall_max);
}

void BucketRepairs::tell(Notes& notes) const {
    for (const auto& [metric, sum] : by_metric_) {
        const auto name = metric.empty() ? "" : " for metric name " + quoted(metric);
        notes.inform(
            fmt::format("input to histogram_quantile needed to be fixed for monotonicity (see "
                        "https://prometheus.io/docs/prometheus/latest/querying/functions/"
                        "#histogram_quantile){}, from buckets {} to {}, with a max diff of "
                        "{}, over {} samples from {} to {}",
                        name, format_number_go(sum.repair.bound_min),
                        format_number_go(sum.repair.bound_max), two_digits(sum.repair.fall_max),
                        sum.count, whole_seconds(sum.first), whole_seconds(sum.last)),
            sum.at);
    }
}

} // namespace keepwatch::promql
