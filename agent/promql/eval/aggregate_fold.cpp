#include <cmath>

#include "promql/eval/aggregate.h"
#include "promql/summation.h"

namespace keepwatch::promql {
namespace {

template <class Accumulator> double accumulate(const Group& group, const VectorValue& input) {
    Accumulator accumulator;
    for (const auto member : group.members) accumulator.add(input[member].value);
    return accumulator.value();
}

// The one value that wins against all others; NaN wins only against NaN.
template <class Wins> double best(const Group& group, const VectorValue& input, Wins wins) {
    double best = input[group.members.front()].value;
    for (const auto member : group.members)
        if (const double value = input[member].value; wins(value, best) || std::isnan(best))
            best = value;
    return best;
}

double sum(const Group& group, const VectorValue& input) {
    // From the first, so that the sum of -0 is -0.
    CompensatedSum sum(input[group.members.front()].value, 0);
    for (std::size_t i = 1; i < group.members.size(); ++i) sum.add(input[group.members[i]].value);
    return sum.value();
}

// Welford's method, here without compensation, as there.
double variance(const Group& group, const VectorValue& input) {
    double count = 0;
    double mean = 0;
    double squares = 0;
    for (const auto member : group.members) {
        const double value = input[member].value;
        count += 1;
        const double delta = value - mean;
        mean += delta / count;
        squares += count == 1 && std::isfinite(value) ? 0 : delta * (value - mean);
    }
    return squares / count;
}

double fold_group(AggregateOp op, const Group& group, const VectorValue& input) {
    switch (op) {
    case AggregateOp::Sum:
        return sum(group, input);
    case AggregateOp::Avg:
        return accumulate<Mean>(group, input);
    case AggregateOp::Stdvar:
        return variance(group, input);
    case AggregateOp::Stddev:
        return std::sqrt(variance(group, input));
    case AggregateOp::Min:
        return best(group, input, std::less<double>());
    case AggregateOp::Max:
        return best(group, input, std::greater<double>());
    case AggregateOp::Count:
        return static_cast<double>(group.members.size());
    default:
        return 1; // Group.
    }
}

} // namespace

VectorValue fold(const Aggregate& aggregate, const std::vector<Group>& groups,
                 const VectorValue& input, const Moment& now) {
    VectorValue result;
    result.reserve(groups.size());
    for (const auto& group : groups)
        result.push_back(
            {group.labels, now.t, fold_group(aggregate.op, group, input), group.loses_name});
    return result;
}

} // namespace keepwatch::promql
