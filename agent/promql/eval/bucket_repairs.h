#pragma once

#include <map>
#include <string>

#include "model/time.h"
#include "promql/buckets.h"
#include "promql/notes.h"
#include "promql/span.h"

namespace keepwatch::promql {

// The histograms of a query whose counts fell from one bucket to the next, put together into one
// note for each metric.
class BucketRepairs {
public:
    void add(const std::string& metric, const Span& at, Timestamp t, const Repair& repair);
    void tell(Notes& notes) const;
    void clear() { by_metric_.clear(); }

private:
    struct Sum {
        Span at;
        Timestamp first;
        Timestamp last;
        Repair repair;
        std::size_t count = 0;
    };
    std::map<std::string, Sum> by_metric_;
};

} // namespace keepwatch::promql
