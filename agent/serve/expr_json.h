#pragma once

#include "promql/ast.h"
#include "serve/envelope.h"

namespace keepwatch::serve {

// An expression as a tree of objects, as Prometheus's `parse_query` shows it.
json::value to_json(const promql::Expr& expr);

} // namespace keepwatch::serve
