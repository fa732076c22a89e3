#pragma once

#include <optional>

#include "promql/eval/evaluation.h"

namespace keepwatch::promql {

// The moment whose samples an expression reads, as a shift from its evaluation time: that of its
// selectors with their `@` and `offset`, those of subqueries around them included. Nothing if
// selectors differ, or if a part of the expression reads no selector.
std::optional<Shift> common_reference(const Evaluation& evaluation, const Expr& expr);

} // namespace keepwatch::promql
