#pragma once

#include <cstdint>
#include <string_view>

#include "model/result.h"
#include "promql/ast.h"
#include "promql/features.h"

namespace keepwatch::promql {

// A deeper expression is refused, so that every walk over a tree can recurse.
inline constexpr std::uint32_t kExprHeightMax = 500;
inline constexpr std::size_t kExprBytesMax = 1 << 20;

// Reads an expression and checks its types. An error is InvalidInput with the line and column in
// Error::at (the file is the caller's to fill in), worded as Prometheus does, so that to_string()
// gives `1:5: parse error: unexpected end of input`.
Result<ExprPtr> parse(std::string_view text, const Features& features = {});

} // namespace keepwatch::promql
