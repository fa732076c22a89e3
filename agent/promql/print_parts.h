#pragma once

#include <string>

#include "promql/ast.h"

namespace keepwatch::promql {

// What print() and pretty() write around the operands of a node.
std::string print_heading(const Aggregate& aggregate); // `sum by (job) `
std::string print_between(const Binary& binary);       // `== bool on (job) group_left ()`
std::string print_tail(const Subquery& subquery);      // `[5m:1m] @ end() offset 1m`

} // namespace keepwatch::promql
