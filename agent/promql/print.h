#pragma once

#include <string>

#include "promql/ast.h"

namespace keepwatch::promql {

// The canonical text, on one line, letter for letter what Prometheus makes of the same expression.
// Parsing it gives an equal tree.
std::string print(const Expr& expr);

} // namespace keepwatch::promql
