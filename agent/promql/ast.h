#pragma once

#include <memory>

namespace keepwatch::promql {

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>; // Trees are immutable once parsed.

} // namespace keepwatch::promql
