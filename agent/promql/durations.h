#pragma once

#include "model/result.h"
#include "promql/ast.h"

namespace keepwatch::promql {

// Whether the text leaves lengths of time to be computed, as `rate(x[2*step()])` does.
bool has_formulas(const Expr& expr);

// The same expression with every such length computed: the original if there is none.
// Errors: see compute_length() and compute_offset().
Result<ExprPtr> with_durations(const ExprPtr& expr, const QueryTimes& times);

} // namespace keepwatch::promql
