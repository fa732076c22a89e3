#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/result.h"
#include "runbook/runbook.h"

namespace keepwatch::runbook {

inline constexpr std::size_t kAnswerRowsMax = 10;

// Runs one PromQL block at the moment of the context, after its live values were put in. The answer
// is a small table, largest value first, one row a line: `12  topic="orders"`; labels that all rows
// share are left out. `no series` if it is empty.
Result<std::string> answer(std::string_view block, const RenderContext& context);

// A template over the labels and the value of the context's alert.
Result<std::string> fill_in(std::string_view text, const RenderContext& context);

} // namespace keepwatch::runbook
