#include "promql/eval/labelling.h"

#include <bit>
#include <vector>

namespace keepwatch::promql {

void drop_names(Evaluation& evaluation, const Expr& node, VectorValue& vector) {
    auto& memo = evaluation.state<LabelMemo>(node);
    for (auto& element : vector)
        element.labels =
            memo.get(element.labels, [](const Labels& labels) { return labels.without_name(); });
}

// An open hash table of indices plus one: this runs at each step over each element.
Result<VectorValue> unique(VectorValue vector) {
    if (vector.size() < 2) return vector;
    std::vector<std::uint32_t> slots(std::bit_ceil(vector.size() * 2));
    for (std::size_t i = 0; i < vector.size(); ++i) {
        const auto hash = vector[i].labels.hash();
        auto slot = (hash ^ (hash >> 32)) & (slots.size() - 1);
        for (; slots[slot] != 0; slot = (slot + 1) & (slots.size() - 1))
            if (vector[slots[slot] - 1].labels == vector[i].labels)
                return execution_error("vector cannot contain metrics with the same labelset");
        slots[slot] = static_cast<std::uint32_t>(i + 1);
    }
    return vector;
}

} // namespace keepwatch::promql
