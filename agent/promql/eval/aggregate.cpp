#include "promql/eval/aggregate.h"

#include <unordered_map>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/operators.h"
#include "promql/quantile.h"
#include "promql/utf8.h"

namespace keepwatch::promql {
namespace {

VectorValue quantiles(double phi, const Grouping& grouping, const VectorValue& input,
                      const Moment& now) {
    const auto members = grouping.members();
    auto member = members.begin();
    VectorValue result;
    std::vector<double> values;
    for (const auto& group : grouping.groups) {
        values.clear();
        for (; values.size() < group.size; ++member) values.push_back(input[*member].value);
        result.push_back({group.labels, now.t, quantile(phi, values), group.loses_name});
    }
    return result;
}

} // namespace

Result<VectorValue> count_values(const Aggregate& aggregate, const VectorValue& input,
                                 const Moment& now) {
    const auto label = eval_string(*aggregate.parameter);
    if (label.empty() || !is_valid_utf8(label))
        return execution_error(fmt::format("invalid label name {}", quoted(label)));
    auto grouping = aggregate;
    if (!grouping.is_without) grouping.labels.push_back(label);
    std::unordered_map<Labels, std::size_t> index;
    VectorValue result;
    for (const auto& element : input) {
        const auto valued = element.labels.with(label, format_number(element.value));
        const auto labels = group_labels(grouping, valued);
        const auto [at, is_new] = index.try_emplace(labels, result.size());
        if (is_new) result.push_back({labels, now.t, 0});
        result[at->second].value += 1;
    }
    return result;
}

Result<VectorValue> eval_aggregate(Evaluation& evaluation, const Expr& expr,
                                   const Aggregate& aggregate, const Moment& now) {
    double parameter = 0;
    if (aggregate.parameter && aggregate.op != AggregateOp::CountValues) {
        KW_TRY(parameter, eval_scalar(evaluation, *aggregate.parameter, now));
    }
    KW_TRY(const auto input, eval_vector(evaluation, *aggregate.operand, now));
    if (aggregate.op == AggregateOp::CountValues) return count_values(aggregate, input, now);

    const auto grouping = group(evaluation, expr, aggregate, input);
    if (aggregate.op == AggregateOp::Quantile) {
        evaluation.parameters.add(aggregate, parameter);
        return quantiles(parameter, grouping, input, now);
    }
    if (!takes_parameter(aggregate.op)) return fold(aggregate, grouping, input, now);
    return pick(evaluation, aggregate, parameter, grouping, input);
}

} // namespace keepwatch::promql
