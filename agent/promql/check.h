#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/result.h"
#include "promql/ast.h"

namespace keepwatch::promql {

// `parse error: message` at a place.
Error parse_error(const Span& at, const std::string& message);

// What is wrong with the types of a well-formed expression, if anything: the first complaint, an
// expression's parts before itself. `text` is what it was parsed from.
std::optional<Error> check_types(const Expr& expr, std::string_view text);

} // namespace keepwatch::promql
