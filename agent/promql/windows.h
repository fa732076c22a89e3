#pragma once

#include <vector>

#include "model/time.h"
#include "promql/ast.h"

namespace keepwatch::promql {

// How far a selector looks back and ahead of each moment that its shift leads to.
struct Extent {
    Duration back;
    Duration ahead;
};
Extent extent(const VectorSelector& selector, Duration lookback);

// The samples that a selector may read in a query: those in (after, until].
struct ReadWindow {
    const VectorSelector* selector = nullptr; // Lives as long as the expression.
    Timestamp after;
    Timestamp until;
    bool newest_only = false; // Of each series only the newest of them is read.
};

// What an Evaluator with this lookback reads for the moments from `start` to `end`, for each
// selector from left to right; equal for an instant query. Never less than it reads, except by
// functions that select series of their own, such as info(). The expression's durations must be
// computed, see with_durations().
std::vector<ReadWindow> windows(const Expr& expr, Timestamp start, Timestamp end,
                                Duration lookback);

} // namespace keepwatch::promql
