#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "model/result.h"

namespace keepwatch::serve {

// What somebody pushes by Prometheus's remote write, version 1.0:
// https://prometheus.io/docs/specs/prw/remote_write_spec/
struct WriteRequest {
    std::vector<PushedSeries> series; // Valid ones that have samples.
    std::size_t samples = 0;
    std::size_t series_refused = 0;
    std::string why; // Of the first that was refused, which it names; "" if there is none.
};

struct WriteLimits {
    std::size_t bytes_max = 32 << 20; // Unpacked.
    std::size_t series_max = 100'000;
    std::size_t samples_max = 1'000'000;
    std::size_t labels_max = 1'000; // Of one series.
};

// Unpacks a snappy block and reads the message prometheus.WriteRequest in it. Labels may come in
// any order. A series without a name, with an empty or repeated label name, with something that is
// not UTF-8 or with native histograms is refused, and the others are taken. The error says where
// the bytes are no such message; LimitExceeded if there is too much in them.
Result<WriteRequest> decode_write_request(std::string_view body, const WriteLimits& limits = {});

} // namespace keepwatch::serve
