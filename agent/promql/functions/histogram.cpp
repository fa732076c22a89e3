#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/buckets.h"
#include "promql/eval/eval.h"
#include "promql/eval/key_memo.h"
#include "promql/eval/labelling.h"
#include "promql/functions/vector.h"

namespace keepwatch::promql::functions {
namespace {

struct Histogram {
    Labels labels; // Without `le`.
    std::vector<Bucket> buckets;
};

// As notes tell it, if names are not taken off before: ` for metric name "x"`.
std::string shown_metric(const CallSite& site, const Labels& labels) {
    const auto name = site.evaluation.delays_names() ? labels.name() : std::string_view();
    return name.empty() ? "" : fmt::format(" for metric name {}", quoted(name));
}

// Gathers the series of each classic histogram. A series without a readable `le` is left out with
// a warning.
Result<std::vector<Histogram>> histograms(const CallSite& site, const Expr& operand) {
    KW_TRY(const auto series, eval_vector(site.evaluation, operand, site.now));
    auto& memo = site.evaluation.state<KeyMemo>(site.expr);
    const std::vector<std::string> bound_label{"le"};
    std::vector<Histogram> found;
    std::unordered_map<Labels, std::size_t> index;
    for (const auto& element : series) {
        const auto bound = parse_number(element.labels.get("le"));
        if (!bound || std::isnan(*bound)) {
            site.evaluation.notes.warn(
                fmt::format("bucket label \"le\" is missing or has a malformed value of {}{}",
                            quoted(element.labels.get("le")), shown_metric(site, element.labels)),
                operand.span);
            continue;
        }
        const auto& group = memo.labels_of(
            element.labels, [&](const Labels& labels) { return labels.without(bound_label); });
        const auto [at, is_new] = index.try_emplace(group, found.size());
        if (is_new) found.push_back({group, {}});
        found[at->second].buckets.push_back({*bound, element.value});
    }
    return found;
}

void check_quantile(const CallSite& site, const Expr& argument, double phi) {
    if (phi >= 0 && phi <= 1) return;
    site.evaluation.notes.warn(
        fmt::format("quantile value should be between 0 and 1, got {}", format_number_go(phi)),
        argument.span);
}

double quantile_of(const CallSite& site, const Expr& operand, double phi,
                   const Histogram& histogram) {
    const auto [value, repair] = bucket_quantile(phi, histogram.buckets);
    const bool names = site.evaluation.delays_names();
    if (repair)
        site.evaluation.repairs.add(names ? std::string(histogram.labels.name()) : "", operand.span,
                                    site.now.t, *repair);
    return value;
}

VectorElement result_of(const CallSite& site, const Labels& labels, double value) {
    const bool delayed = site.evaluation.delays_names();
    return {delayed ? labels : without_metadata(labels), site.now.t, value, true};
}

// A number as OpenMetrics writes it, always with a point or an exponent: `1.0`.
std::string open_metrics_number(double value) {
    auto text = format_number_go(value == 0 ? 0 : value); // Never "-0".
    if (std::isfinite(value) && text.find_first_of(".e") == text.npos) text += ".0";
    return text;
}

} // namespace

Result<VectorValue> histogram_quantile(const CallSite& site) {
    const auto& operand = site.argument(1);
    KW_TRY(const double phi, eval_scalar(site.evaluation, site.argument(0), site.now));
    check_quantile(site, site.argument(0), phi);
    KW_TRY(const auto found, histograms(site, operand));
    VectorValue result;
    for (const auto& histogram : found)
        result.push_back(
            result_of(site, histogram.labels, quantile_of(site, operand, phi, histogram)));
    return checked(site.evaluation, site.expr, site.now, std::move(result));
}

// histogram_quantiles(vector, "label", φ…): all of them at once, told apart by the label.
Result<VectorValue> histogram_quantiles(const CallSite& site) {
    const auto& operand = site.argument(0);
    const auto label = eval_string(site.argument(1));
    std::vector<double> phis;
    for (std::size_t i = 2; i < site.call.arguments.size(); ++i) {
        KW_TRY(const double phi, eval_scalar(site.evaluation, site.argument(i), site.now));
        check_quantile(site, site.argument(i), phi);
        phis.push_back(phi);
    }
    KW_TRY(const auto found, histograms(site, operand));
    VectorValue result;
    for (const double phi : phis)
        for (const auto& histogram : found)
            result.push_back(result_of(site, histogram.labels.with(label, open_metrics_number(phi)),
                                       quantile_of(site, operand, phi, histogram)));
    return checked(site.evaluation, site.expr, site.now, std::move(result));
}

Result<VectorValue> histogram_fraction(const CallSite& site) {
    KW_TRY(const double lower, eval_scalar(site.evaluation, site.argument(0), site.now));
    KW_TRY(const double upper, eval_scalar(site.evaluation, site.argument(1), site.now));
    KW_TRY(const auto found, histograms(site, site.argument(2)));
    VectorValue result;
    for (const auto& histogram : found)
        result.push_back(
            result_of(site, histogram.labels, bucket_fraction(lower, upper, histogram.buckets)));
    return checked(site.evaluation, site.expr, site.now, std::move(result));
}

// Of floats these make nothing, and other samples are not stored.
Result<VectorValue> of_native_histogram(const CallSite& site) {
    KW_TRY(const auto floats, eval_vector(site.evaluation, site.argument(0), site.now));
    return VectorValue();
}

} // namespace keepwatch::promql::functions
