#pragma once

#include <string_view>
#include <vector>

#include "promql/features.h"
#include "promql/token.h"

namespace keepwatch::promql {

// Cuts a text into tokens. The last is an End, or an Error where the text cannot be cut.
std::vector<Token> tokenize(std::string_view text, const Features& features = {});

} // namespace keepwatch::promql
