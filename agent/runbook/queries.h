#pragma once

#include <vector>

#include "runbook/runbook.h"
#include "series/matcher.h"

namespace keepwatch::runbook {

// Which series the PromQL blocks of an SOP read, so that they are kept for the moment when its
// alert fires. What templates will give is not known before, so any value is kept.
std::vector<std::vector<series::Matcher>> selectors_of(const Runbook& runbook);

} // namespace keepwatch::runbook
