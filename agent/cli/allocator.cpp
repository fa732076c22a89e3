#include "cli/allocator.h"

#include <malloc.h>

namespace keepwatch::cli {
namespace {

// Above it, blocks come from the system and return there: pages of exporters, batches of the
// journal. Below it are the results of rules, which come and go at each evaluation.
constexpr int kOwnBlockBytes = 4 << 20;
constexpr int kFreeAtTheTopBytes = 4 << 20;

} // namespace

void keep_memory_small() {
    // A heap of its own for each thread would keep what the thread once needed.
    (void)mallopt(M_ARENA_MAX, 1);
    (void)mallopt(M_MMAP_THRESHOLD, kOwnBlockBytes);
    (void)mallopt(M_TRIM_THRESHOLD, kFreeAtTheTopBytes);
}

} // namespace keepwatch::cli
