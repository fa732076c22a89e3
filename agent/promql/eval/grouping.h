#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "promql/eval/key_memo.h"

namespace keepwatch::promql {

// Which group each element of an aggregation's input belongs to.
struct Grouping {
    struct Group {
        Labels labels;
        std::uint32_t size = 0;
        bool loses_name = false; // As one of its members does.
    };
    std::vector<Group> groups;           // In the order in which they first appear.
    std::vector<std::uint32_t> group_of; // Of each element of the input.

    // The members of each group, one group behind the other: indices into the input, in its order.
    std::vector<std::uint32_t> members() const;
};

Grouping group(Evaluation& evaluation, const Expr& node, const Aggregate& aggregate,
               const VectorValue& input);

// What `by` keeps of labels, or `without` leaves of them.
Labels group_labels(const Aggregate& aggregate, const Labels& labels);

} // namespace keepwatch::promql
