#pragma once

#include <string>

#include "cli/load.h"

namespace keepwatch::cli {

struct DemoOptions {
    std::string recording;
    double speedup = 10;
    Packs packs;
};

// Lives through a recording: stand-ins serve its pages over HTTP and die when the recorded
// processes did, a real agent whose clock runs faster scrapes and judges them, and a receiver of
// webhooks prints what it is sent as a pager would. Succeeds if every page that came was resolved,
// and at least one came.
int demo(const DemoOptions& options);

} // namespace keepwatch::cli
