#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keepwatch::delivery {

struct Siege {
    std::uint32_t seed = 1;
    std::size_t alerts = 300; // That fire, at least.
    std::size_t crashes = 30; // At least.
};

struct Aftermath {
    std::vector<std::string> complaints; // None if nothing was lost, unknown, out of order, …
    std::size_t alerts = 0;
    std::size_t crashes = 0;
    std::size_t requests = 0;
    std::size_t messages = 0; // That receivers took.
    std::size_t repeats = 0;  // Of those.
};

// Alerts come and go while receivers misbehave, the clock jumps by an hour and the power goes, each
// by chance; then all is well again, and everything must have arrived.
Aftermath hold(const Siege& siege);

} // namespace keepwatch::delivery
