#pragma once

#include <cstdint>
#include <string_view>

#include "model/labels.h"

namespace keepwatch::promql {

// The hash by which limit_ratio samples: XXH64 with seed 0 over the labels, each string behind its
// length, so that a share holds the same series as in Prometheus.
std::uint64_t label_hash(const Labels& labels);

// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
std::uint64_t xxh64(std::string_view bytes);

} // namespace keepwatch::promql
