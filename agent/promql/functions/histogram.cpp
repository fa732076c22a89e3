#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/buckets.h"
#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/functions/vector.h"

namespace keepwatch::promql::functions {
namespace {

struct Histogram {
    Labels labels; // Without `le` and the metric's name.
    std::string metric;
    std::vector<Bucket> buckets;
};

// Gathers the series of each classic histogram. A series without a readable `le` is left out with
// a warning.
Result<std::vector<Histogram>> histograms(const CallSite& site, const Expr& operand) {
    KW_TRY(const auto series, eval_vector(site.evaluation, operand, site.now));
    auto& memo = site.evaluation.state<LabelMemo>(site.expr);
    static constexpr std::string_view le = "le";
    const std::vector<std::string> not_of_histogram{std::string(le), std::string(kNameLabel)};
    std::vector<Histogram> found;
    std::unordered_map<Labels, std::size_t> index;
    for (const auto& [labels, t, value] : series) {
        const auto bound = parse_number(labels.get(le));
        if (!bound) {
            site.evaluation.notes.warn(
                fmt::format("bucket label \"le\" is missing or has a malformed value of {} for "
                            "metric name {} ({})",
                            quoted(labels.get(le)), quoted(labels.name()), place_of(operand)));
            continue;
        }
        const auto& group =
            memo.get(labels, [&](const Labels& from) { return from.without(not_of_histogram); });
        const auto [at, is_new] = index.try_emplace(group, found.size());
        if (is_new) found.push_back({group, std::string(labels.name()), {}});
        found[at->second].buckets.push_back({*bound, value});
    }
    return found;
}

} // namespace

Result<VectorValue> histogram_quantile(const CallSite& site) {
    const auto& operand = site.argument(1);
    KW_TRY(const double phi, eval_scalar(site.evaluation, site.argument(0), site.now));
    if (!(phi >= 0 && phi <= 1))
        site.evaluation.notes.warn(
            fmt::format("quantile value should be between 0 and 1, got {} ({})",
                        format_number_go(phi), place_of(site.argument(0))));
    KW_TRY(auto found, histograms(site, operand));
    VectorValue result;
    for (auto& histogram : found) {
        const auto [value, repair] = bucket_quantile(phi, std::move(histogram.buckets));
        if (repair == Repair::Monotonicity)
            site.evaluation.notes.inform(
                fmt::format("input to histogram_quantile needed to be fixed for monotonicity (see "
                            "https://prometheus.io/docs/prometheus/latest/querying/functions/"
                            "#histogram_quantile) for metric name {} ({})",
                            quoted(histogram.metric), place_of(operand)));
        result.push_back({histogram.labels, site.now.t, value});
    }
    return result;
}

Result<VectorValue> histogram_fraction(const CallSite& site) {
    KW_TRY(const double lower, eval_scalar(site.evaluation, site.argument(0), site.now));
    KW_TRY(const double upper, eval_scalar(site.evaluation, site.argument(1), site.now));
    KW_TRY(auto found, histograms(site, site.argument(2)));
    VectorValue result;
    for (auto& histogram : found)
        result.push_back({histogram.labels, site.now.t,
                          bucket_fraction(lower, upper, std::move(histogram.buckets))});
    return result;
}

} // namespace keepwatch::promql::functions
