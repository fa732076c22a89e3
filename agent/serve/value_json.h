#pragma once

#include <string>

#include "promql/value.h"

namespace keepwatch::serve {

// `{"resultType":"vector","result":[…]` without the brace at the end, behind which more may follow.
void append_json(std::string& out, const promql::Value& value);

} // namespace keepwatch::serve
