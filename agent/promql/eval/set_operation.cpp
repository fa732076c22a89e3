#include "promql/eval/binary.h"

namespace keepwatch::promql {
namespace {

// Which keys a vector has, by number.
std::vector<bool> keys_of(const VectorValue& vector, const Matching& matching,
                          MatchingState& state) {
    std::vector<bool> keys(state.keys.size());
    for (const auto& element : vector) {
        const auto key = state.key(matching, element.labels);
        if (key >= keys.size()) keys.resize(key + 1);
        keys[key] = true;
    }
    return keys;
}

} // namespace

VectorValue set_operation(const Binary& binary, MatchingState& state, VectorValue left,
                          VectorValue right) {
    const auto has = [&](const std::vector<bool>& keys, const VectorElement& element) {
        const auto key = state.key(binary.matching, element.labels);
        return key < keys.size() && keys[key];
    };
    if (binary.op == BinaryOp::Or) {
        const auto taken = keys_of(left, binary.matching, state);
        for (auto& element : right)
            if (!has(taken, element)) left.push_back(std::move(element));
        return left;
    }
    const auto others = keys_of(right, binary.matching, state);
    const bool wanted = binary.op == BinaryOp::And;
    std::erase_if(left,
                  [&](const VectorElement& element) { return has(others, element) != wanted; });
    return left;
}

} // namespace keepwatch::promql
