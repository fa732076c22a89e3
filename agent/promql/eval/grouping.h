#pragma once

#include <unordered_map>
#include <vector>

#include "promql/eval/labelling.h"

namespace keepwatch::promql {

// The elements of one group of an aggregation, as indices into its input.
struct Group {
    Labels labels;
    std::vector<std::size_t> members;
    bool loses_name = false; // As one of them does.
};

// Groups in the order in which they first appear, members in the order of the input.
std::vector<Group> group(Evaluation& evaluation, const Expr& node, const Aggregate& aggregate,
                         const VectorValue& input);

// What `by` keeps of labels, or `without` leaves of them.
Labels group_labels(const Aggregate& aggregate, const Labels& labels);

} // namespace keepwatch::promql
