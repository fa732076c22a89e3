#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "alert/transition.h"
#include "model/labels.h"
#include "model/time.h"

namespace keepwatch::routing {

// The SOP that goes with a page, as it stood when the alert fired.
struct Sop {
    std::string id;
    std::string title;
    std::string url;                // "" without a base URL.
    std::vector<std::string> steps; // The first steps, with live values.
    std::string diagnosis;          // The SOP's read-only queries, run: plain text.
};

// What one sink should know of one incident. The text is rendered when it is sent; here are the
// captured values.
struct Notification {
    std::string sink;
    std::string key;            // Deduplication key: equal for what must be one incident.
    std::uint64_t revision = 0; // Grows with every change of what should be known.
    std::uint64_t settled = 0;  // The newest that the sink accepted or refused for good; 0: none.
    std::string alert;          // The alert's name.
    Labels group_labels;        // What all alerts of the incident share, by the key's definition.
    Sop sop;
    std::vector<alert::Alert> alerts; // Firing ones and those that just resolved; never empty.
    Timestamp changed_at;

    bool firing() const; // Whether any of its alerts is.
};

// By key, for one sink. An entry stays until the sink has accepted that it is over.
using Desired = std::map<std::string, Notification>;

} // namespace keepwatch::routing
