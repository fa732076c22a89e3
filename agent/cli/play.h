#pragma once

#include <cstdint>
#include <string>

namespace keepwatch::cli {

struct PlayOptions {
    std::string recording;
    std::string target;        // Its name in the recording.
    std::string listen;        // HOST:PORT.
    std::int64_t start_ms = 0; // The recorded moment that is now; 0: the recording's first.
    double speedup = 1;
};

// Stands in for an exporter: serves the pages that a recorded target gave, each at its time, until
// SIGTERM, or until whoever started it ends. 503 while the target had no page.
int play(const PlayOptions& options);

} // namespace keepwatch::cli
