#pragma once

#include <string>

namespace keepwatch::cli {

struct RunOptions {
    std::string config;
    std::string listen;   // HOST:PORT; "" leaves it to the configuration.
    std::string data_dir; // Likewise.
    std::string record;   // A file for the flight recorder; "" for none.
    std::string
        transitions; // A file to which each step is appended as a line of JSON; "" for none.
};

// The agent, until SIGTERM or SIGINT.
int run(const RunOptions& options);

} // namespace keepwatch::cli
