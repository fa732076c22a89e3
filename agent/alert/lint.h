#pragma once

#include <vector>

#include "alert/rule.h"

namespace keepwatch::alert {

// Rules that are valid and yet not what somebody wanted: that can never fire, never resolve,
// compare a thing with itself, page when one scrape goes wrong, or lose the instance they are
// about; and parameters that nothing uses. Each finding stands at its rule, in the order of the
// files.
std::vector<Error> lint(const LoadedRules& loaded);

} // namespace keepwatch::alert
