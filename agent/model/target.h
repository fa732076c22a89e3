#pragma once

#include <cstdint>
#include <string>

#include "model/labels.h"
#include "model/time.h"

namespace keepwatch {

// Position of a target in the configuration (and in a recording's header).
using TargetId = std::uint32_t;

// What the pure core knows of something that is scraped. Where and how is the collector's matter.
struct TargetInfo {
    std::string name; // Becomes the label `instance`.
    std::string kind; // "kafka", "zookeeper", "host", …; becomes the label `job`.
    Duration interval = seconds(15);
    Labels labels; // What every series of it carries: cluster, instance, job and the user's.
};

} // namespace keepwatch
