#pragma once

#include <functional>

#include "model/time.h"

namespace keepwatch::notify {

inline constexpr Duration kFirstBackoff = seconds(1);
inline constexpr Duration kBackoffMax = minutes(1);

// Evenly spread over [0, 1).
using RandomSource = std::function<double()>;

// How long to wait after so many failed attempts in a row (at least one): anything up to
// 1 s · 2^(failures - 1), at most kBackoffMax. Full jitter, because the agents of a fleet lose and
// find a receiver at the same moment.
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
Duration backoff(int failures, const RandomSource& random);

} // namespace keepwatch::notify
