#pragma once

#include <optional>

#include "promql/ast.h"

namespace keepwatch::promql {

// + - * / % ^ atan2, as IEEE 754 and C do; `%` takes the sign of the dividend.
double arithmetic(BinaryOp op, double left, double right);

// The larger and the smaller of two, as Go's math.Max and math.Min do: an infinity wins against
// all, NaN against the rest, and +0 is larger than -0.
double larger(double left, double right);
double smaller(double left, double right);

// Whether a comparison holds; nullopt if the operator is not a comparison.
std::optional<bool> compare(BinaryOp op, double left, double right);

} // namespace keepwatch::promql
