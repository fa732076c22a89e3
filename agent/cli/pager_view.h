#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/report.h"

namespace keepwatch::cli {

// A webhook payload (version 4) as the screen of a pager shows it: what, where, since when, the SOP
// and its first steps, its diagnosis. A payload that cannot be read is shown as it came.
struct PagerView {
    bool firing = false;
    std::string text;
};
PagerView pager_view(std::string_view payload, Colour colour);

} // namespace keepwatch::cli
