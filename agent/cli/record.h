#pragma once

#include <optional>
#include <string>

#include "model/time.h"

namespace keepwatch::cli {

struct RecordOptions {
    std::string config;
    std::string out;
    std::optional<Duration> length; // Until SIGTERM or SIGINT if there is none.
    std::string import;             // A folder of single scrapes to record instead.
};

// Writes what the targets of a configuration say to a recording, without judging it.
int record(const RecordOptions& options);

} // namespace keepwatch::cli
