#pragma once

#include <string_view>
#include <vector>

#include "promql/token.h"

namespace keepwatch::promql {

// Cuts an expression into tokens; comments and white space are dropped. The last token is End, or
// Error where the text makes no sense, so that the parser reports whichever problem comes first.
std::vector<Token> tokenize(std::string_view text);

} // namespace keepwatch::promql
