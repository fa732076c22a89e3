#pragma once

#include <string>

#include "promql/ast.h"

namespace keepwatch::promql {

// The canonical text over several lines, as Prometheus's `format_query` lays it out: a node whose
// text is longer than 100 bytes has each of its operands on lines of its own, two blanks deeper.
std::string pretty(const Expr& expr);

} // namespace keepwatch::promql
