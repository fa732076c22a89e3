#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promql/span.h"

namespace keepwatch::promql {

// What a query has to say beside its value. Texts are Prometheus's, each at most once, however
// many places it is about: `PromQL info: metric might not be a counter, … (1:6)`.
struct Notes {
    std::vector<std::string> warnings;
    std::vector<std::string> infos;

    // The value may differ from what a full history would give: of a range too little is known, see
    // SeriesSource::knows(). An instant selector asks for what is there now; whether that is
    // known is not a matter of history.
    bool is_incomplete = false;

    // Of one text, the place that it was last given for stays, as in Prometheus.
    void warn(std::string_view text, const Span& at);
    void inform(std::string_view text, const Span& at);
};

} // namespace keepwatch::promql
