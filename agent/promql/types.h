#pragma once

#include <string_view>

#include "promql/ast.h"
#include "promql/value.h"

namespace keepwatch::promql {

// The type of a checked expression's value.
ValueType type_of(const Expr& expr);

// As documentation and error messages call it: "instant vector", "range vector", "scalar",
// "string"; and as the HTTP API does: "vector", "matrix", "scalar", "string".
std::string_view documented_name(ValueType type);
std::string_view api_name(ValueType type);

} // namespace keepwatch::promql
