#pragma once

#include <string>
#include <vector>

namespace keepwatch::cli {

struct CheckOptions {
    std::vector<std::string> paths;
    bool lint = false; // Also what is valid and yet hardly meant.
    bool show = false; // Print every rule as it is evaluated, with its parameters put in.
};

// Configurations, rules, tests of rules and SOPs; folders stand for the files in them.
int check(const CheckOptions& options);

} // namespace keepwatch::cli
