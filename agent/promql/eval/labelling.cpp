#include "promql/eval/labelling.h"

#include <unordered_set>

namespace keepwatch::promql {

void drop_names(Evaluation& evaluation, const Expr& node, VectorValue& vector) {
    auto& memo = evaluation.state<LabelMemo>(node);
    for (auto& element : vector)
        element.labels =
            memo.get(element.labels, [](const Labels& labels) { return labels.without_name(); });
}

Result<VectorValue> unique(VectorValue vector) {
    if (vector.size() < 2) return vector;
    std::unordered_set<Labels> seen;
    seen.reserve(vector.size());
    for (const auto& element : vector)
        if (!seen.insert(element.labels).second)
            return execution_error("vector cannot contain metrics with the same labelset");
    return vector;
}

} // namespace keepwatch::promql
