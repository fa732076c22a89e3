#include "notify/backoff.h"

#include <algorithm>
#include <cmath>

namespace keepwatch::notify {

Duration backoff(int failures, const RandomSource& random) {
    constexpr int kDoublingsMax = 10; // 1 s · 2^10 is past the cap.
    const auto doublings = std::clamp(failures - 1, 0, kDoublingsMax);
    const auto ceiling = std::min(kFirstBackoff * (1LL << doublings), kBackoffMax);
    const auto part = std::floor(static_cast<double>(ceiling.ms) * random());
    return milliseconds(static_cast<std::int64_t>(part));
}

} // namespace keepwatch::notify
