// siege [ALERTS [CRASHES [SEED]]]: the whole of what delivery_test does in small, by default 10,000
// alerts and 1,000 crashes. Prints what it did, and each complaint; fails if there is one.
#include <cstdlib>
#include <random>

#include <fmt/format.h>

#include "delivery/siege.h"

int main(int argc, char** argv) {
    using namespace keepwatch::delivery;
    const auto argument = [&](int n, std::size_t otherwise) {
        return argc > n ? std::strtoul(argv[n], nullptr, 10) : otherwise;
    };
    Siege siege;
    siege.alerts = argument(1, 10'000);
    siege.crashes = argument(2, 1'000);
    siege.seed = static_cast<std::uint32_t>(argument(3, std::random_device()()));
    const auto after = hold(siege);
    fmt::print("seed {}: {} alerts, {} crashes, {} requests, {} messages taken, {} of them again\n",
               siege.seed, after.alerts, after.crashes, after.requests, after.messages,
               after.repeats);
    for (const auto& complaint : after.complaints) fmt::print("{}\n", complaint);
    fmt::print("{} passed, {} failed\n", after.complaints.empty() ? 1 : 0, after.complaints.size());
    return after.complaints.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}
