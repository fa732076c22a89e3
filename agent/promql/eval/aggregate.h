#pragma once

#include "promql/eval/eval.h"
#include "promql/eval/grouping.h"

namespace keepwatch::promql {

// sum, avg, count, min, max, group, stddev, stdvar: one value per group.
VectorValue fold(const Aggregate& aggregate, const Grouping& grouping, const VectorValue& input,
                 const Moment& now);

// topk, bottomk, limitk, limit_ratio: some elements of each group, with their own labels.
Result<VectorValue> pick(Evaluation& evaluation, const Aggregate& aggregate, double parameter,
                         const Grouping& grouping, const VectorValue& input);

// count_values: one element per group and value.
Result<VectorValue> count_values(const Aggregate& aggregate, const VectorValue& input,
                                 const Moment& now);

} // namespace keepwatch::promql
