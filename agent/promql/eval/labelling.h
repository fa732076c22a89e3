#pragma once

#include <unordered_map>

#include "promql/eval/evaluation.h"

namespace keepwatch::promql {

// The labels that a node makes of its inputs', so that each are made once and not at each step.
class LabelMemo : public NodeState {
public:
    template <class Make> const Labels& get(const Labels& from, Make make) {
        const auto [at, is_new] = made_.try_emplace(from);
        if (is_new) at->second = make(from);
        return at->second;
    }

private:
    std::unordered_map<Labels, Labels> made_;
};

// Takes the metric's name off each element, as whatever computes with values does.
void drop_names(Evaluation& evaluation, const Expr& node, VectorValue& vector);

// Refuses two elements of the same labels, in Prometheus's words.
Result<VectorValue> unique(VectorValue vector);

} // namespace keepwatch::promql
