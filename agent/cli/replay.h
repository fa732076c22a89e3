#pragma once

#include <string>

#include "cli/load.h"

namespace keepwatch::cli {

struct ReplayOptions {
    std::string recording;
    Packs packs;
    std::string base_url; // Of the SOPs, for the links in the pages.
    bool json = false;
};

// Runs the Engine over a recording in virtual time and prints each step of each alert: one line of
// JSON, or what a pager would show. The same recording and rules always give the same bytes.
int replay(const ReplayOptions& options);

} // namespace keepwatch::cli
