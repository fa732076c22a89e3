#pragma once

#include <cstdint>
#include <string>

#include "engine/outcome.h"

namespace keepwatch::cli {

// One line of JSON about a step: time, alert, state ("pending", "firing" or "resolved"), labels,
// annotations, value, runbook, runbook_url. "" for a step that ended pending, which is nobody's
// news. The same step always gives the same bytes.
std::string to_json(const engine::Outcome& outcome);

enum class Colour : std::uint8_t { No, Yes };

// The same for a terminal, on one line or, for Firing, as a pager would show it: what, where, since
// when, the SOP with its first steps and its diagnosis with live values.
std::string to_text(const engine::Outcome& outcome, Colour colour);

} // namespace keepwatch::cli
