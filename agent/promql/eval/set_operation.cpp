#include <unordered_set>

#include "promql/eval/binary.h"

namespace keepwatch::promql {

VectorValue set_operation(const Binary& binary, MatchingState& state, VectorValue left,
                          VectorValue right) {
    const auto keys_of = [&](const VectorValue& vector) {
        std::unordered_set<Labels> keys;
        keys.reserve(vector.size());
        for (const auto& element : vector) keys.insert(state.key(binary.matching, element.labels));
        return keys;
    };
    if (binary.op == BinaryOp::Or) {
        const auto taken = keys_of(left);
        for (auto& element : right)
            if (!taken.contains(state.key(binary.matching, element.labels)))
                left.push_back(std::move(element));
        return left;
    }
    const auto others = keys_of(right);
    const bool wanted = binary.op == BinaryOp::And;
    std::erase_if(left, [&](const VectorElement& element) {
        return others.contains(state.key(binary.matching, element.labels)) != wanted;
    });
    return left;
}

} // namespace keepwatch::promql
