#pragma once

#include <string>

#include "alert/transition.h"
#include "routing/desired.h"

namespace keepwatch::engine {

// A step of an alert with what a person needs beside it.
struct Outcome {
    alert::Transition step;
    std::string runbook; // The SOP's id, "" if the rule has none.
    routing::Sop sop;    // Rendered for Firing; else only what does not depend on the moment.
};

} // namespace keepwatch::engine
