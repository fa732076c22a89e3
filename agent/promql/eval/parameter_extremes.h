#pragma once

#include <utility>
#include <vector>

#include "promql/ast.h"
#include "promql/notes.h"

namespace keepwatch::promql {

// The parameters that quantile and limit_ratio had over all moments of a query. As in Prometheus,
// one that changes is warned about twice at most: for the largest and for the smallest that is out
// of bounds.
class ParameterExtremes {
public:
    void add(const Aggregate& aggregate, double parameter);
    void tell(Notes& notes) const;
    void clear() { seen_.clear(); }

private:
    struct Extremes {
        double least;
        double most;
        bool has_nan = false;
    };
    std::vector<std::pair<const Aggregate*, Extremes>> seen_; // In the order of their coming.
};

} // namespace keepwatch::promql
