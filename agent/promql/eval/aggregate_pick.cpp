#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/eval/aggregate.h"
#include "promql/eval/label_hash.h"

namespace keepwatch::promql {
namespace {

// How many elements topk, bottomk and limitk take.
Result<std::size_t> whole_number(double parameter) {
    constexpr double int64_max = 9223372036854775808.0;
    if (std::isnan(parameter)) return execution_error("Parameter value is NaN");
    if (parameter >= int64_max)
        return execution_error(
            fmt::format("Scalar value {} overflows int64", format_number_go(parameter)));
    if (parameter <= -int64_max)
        return execution_error(
            fmt::format("Scalar value {} underflows int64", format_number_go(parameter)));
    if (parameter < 1) return std::size_t{0};
    return static_cast<std::size_t>(std::min(parameter, 1e15));
}

// Moves the k largest (or smallest) to the front, best first, NaN last; of equals the first stays.
void rank(AggregateOp op, std::size_t k, const VectorValue& input,
          std::vector<std::size_t>& members) {
    const auto before = [&](std::size_t left, std::size_t right) {
        const double a = input[left].value;
        const double b = input[right].value;
        if (std::isnan(a) || std::isnan(b))
            return std::isnan(a) == std::isnan(b) ? left < right : std::isnan(b);
        if (a == b) return left < right;
        return op == AggregateOp::Topk ? a > b : a < b;
    };
    std::partial_sort(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(k),
                      members.end(), before);
}

// Takes a fixed share of all series, the same ones each time; -r takes what r leaves.
bool is_in_ratio(double ratio, const Labels& labels) {
    const double place = static_cast<double>(label_hash(labels)) / static_cast<double>(UINT64_MAX);
    return ratio >= 0 ? place < ratio : place >= 1 + ratio;
}

Result<double> checked_ratio(Evaluation& evaluation, const Aggregate& aggregate, double ratio) {
    if (std::isnan(ratio)) return execution_error("Ratio value is NaN");
    if (ratio >= -1 && ratio <= 1) return ratio;
    const double capped = ratio > 0 ? 1 : -1;
    evaluation.notes.warn(fmt::format(
        "ratio value should be between -1 and 1, got {}, capping to {} ({})",
        format_number_go(ratio), format_number_go(capped), place_of(*aggregate.parameter)));
    return capped;
}

} // namespace

Result<VectorValue> pick(Evaluation& evaluation, const Aggregate& aggregate, double parameter,
                         const std::vector<Group>& groups, const VectorValue& input) {
    VectorValue result;
    if (aggregate.op == AggregateOp::LimitRatio) {
        KW_TRY(const double ratio, checked_ratio(evaluation, aggregate, parameter));
        for (const auto& group : groups)
            for (const auto member : group.members)
                if (is_in_ratio(ratio, input[member].labels)) result.push_back(input[member]);
        return result;
    }
    KW_TRY(const auto wanted, whole_number(parameter));
    for (const auto& group : groups) {
        auto members = group.members;
        const auto k = std::min(wanted, members.size());
        if (aggregate.op != AggregateOp::Limitk) rank(aggregate.op, k, input, members);
        for (std::size_t i = 0; i < k; ++i) result.push_back(input[members[i]]);
    }
    return result;
}

} // namespace keepwatch::promql
