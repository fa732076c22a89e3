#pragma once

#include <cstdint>
#include <string>

#include "cli/query_sources.h"

namespace keepwatch::cli {

struct QueryOptions {
    enum class Format : std::uint8_t { Suitable, Table, Json, Plot };

    std::string expr;
    std::string url;  // Of anything that speaks Prometheus's API; or
    std::string from; // a recording.
    QueryTimes times;
    Format format = Format::Suitable; // A table at one moment, a plot over a range.
};

// Asks a PromQL expression of a running server or of a recording, and prints the answer.
int query(const QueryOptions& options);

} // namespace keepwatch::cli
