#pragma once

#include <vector>

#include "model/time.h"
#include "promql/ast.h"

namespace keepwatch::promql {

// All selectors of an expression from left to right; they live as long as it does. Their matchers
// include the one for the metric's name.
std::vector<const VectorSelector*> selectors(const Expr& expr);

// Whether the value can change with the evaluation time while the data stay the same: everything
// but constants and selectors that are fixed with `@`.
bool depends_on_time(const Expr& expr);

// How far back before the evaluation time the expression reads: ranges, subqueries, offsets and
// lookbacks added up along the deepest path. Zero if it reads nothing or only the future. What is
// fixed with `@` counts as if evaluated at that moment, and lengths that a query computes are those
// of an instant query.
Duration reach(const Expr& expr, Duration lookback = minutes(5));

} // namespace keepwatch::promql
