#pragma once

#include <string>
#include <string_view>

#include "model/labels.h"
#include "model/sample.h"

// JSON that is written as it goes, for answers that may be large. Letters and numbers are as
// Prometheus's: https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
namespace keepwatch::serve {

// In quotes; what is not valid UTF-8 is replaced.
void append_json(std::string& out, std::string_view text);

void append_json(std::string& out, const Labels& labels); // {"name":"value",…}

void append_json(std::string& out, Timestamp t); // Seconds: 1435781451.781

// In quotes, because JSON has no NaN: "0.5", "1e-07", "+Inf".
void append_json(std::string& out, double value);

void append_json(std::string& out, const Sample& sample); // [1435781451.781,"1"]

} // namespace keepwatch::serve
