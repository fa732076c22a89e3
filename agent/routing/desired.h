#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "alert/transition.h"
#include "model/labels.h"
#include "model/time.h"

namespace keepwatch::routing {

// What one sink should know of one incident. The text is rendered when it is sent; here are the
// captured values.
struct Notification {
    std::string key;            // Deduplication key: equal for what must be one incident.
    std::uint64_t revision = 0; // Grows with every change of what should be known.
    std::string sink;
    std::string alert;          // The alert's name.
    std::string runbook;        // The SOP's id, "" if none.
    std::string sop_text;       // The SOP's first steps and diagnosis with live values.
    std::vector<std::string> steps; // The SOP's first steps, rendered.
    std::string sop_url;
    Labels group_labels;        // What all alerts of the incident share by definition of the key.
    std::vector<alert::Alert> alerts; // Firing ones and those that just resolved; never empty.
    Timestamp changed_at;
    bool firing() const;
};

// By key, for one sink.
using Desired = std::map<std::string, Notification>;

} // namespace keepwatch::routing
