#pragma once

#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "model/time.h"

namespace keepwatch::serve {

// What this process costs, under the names that all Prometheus clients use; read when it is asked
// for.
class ProcessMetrics : public prometheus::Collectable {
public:
    explicit ProcessMetrics(Timestamp started) : started_(started) {}
    std::vector<prometheus::MetricFamily> Collect() const override;

private:
    Timestamp started_;
};

} // namespace keepwatch::serve
