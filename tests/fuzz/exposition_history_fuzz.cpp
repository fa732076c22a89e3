#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "support/page_comparison.h"
#include "support/page_history.h"

// A history of pages, each made of the last by tricks that the input chooses, read by what has
// changed and line by line: both must come to the same.
using namespace keepwatch;
using namespace keepwatch::exposition;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::size_t at = 0;
    const auto choose = [&](std::uint32_t n) {
        std::uint32_t value = 0;
        for (std::uint32_t taken = 1; taken < n && at < size; taken *= 256)
            value = value * 256 + data[at++];
        return n == 0 ? 0 : value % n;
    };
    const bool open = choose(2) == 1;
    Limits limits;
    if (choose(8) == 1) limits.samples_max = 12;
    PageHistory history(choose, open, 40);
    PageComparison comparison(open ? PageFormat::OpenMetrics : PageFormat::Text, limits);
    for (int step = 0; step < 8 && at < size; ++step) {
        if (choose(12) == 1) comparison.forget();
        const auto page = history.next();
        const auto difference = comparison.read(page);
        if (difference.empty()) continue;
        std::fprintf(stderr, "page %d: %s\n%s\n", step, difference.c_str(), page.c_str());
        std::abort();
    }
    return 0;
}
