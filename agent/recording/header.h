#pragma once

#include <string>
#include <vector>

#include "model/target.h"

namespace keepwatch::recording {

// What the events of a recording are about; enough to build an Engine for them.
struct Header {
    std::string cluster;
    bool whole_cluster = false;      // All brokers of the cluster are among the targets.
    std::vector<TargetInfo> targets; // In the order of their TargetId.
};

} // namespace keepwatch::recording
