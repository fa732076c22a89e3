#pragma once

#include <deque>
#include <unordered_map>

#include "promql/eval/evaluation.h"

namespace keepwatch::promql {

// The labels that a node makes of its inputs', so that each are made once and not at each step.
// Inputs come in the same order step by step, so the one after the last is tried first.
class LabelMemo : public NodeState {
public:
    // The reference is valid as long as the memo.
    template <class Make> const Labels& get(const Labels& from, Make make) {
        if (++last_ >= entries_.size()) last_ = 0;
        if (last_ < entries_.size() && entries_[last_].from == from) return entries_[last_].made;
        const auto [at, is_new] = index_.try_emplace(from, entries_.size());
        if (is_new) entries_.push_back({from, make(from)});
        last_ = at->second;
        return entries_[last_].made;
    }

private:
    struct Entry {
        Labels from;
        Labels made;
    };
    std::deque<Entry> entries_; // References stay valid as it grows.
    std::unordered_map<Labels, std::size_t> index_;
    std::size_t last_ = 0;
};

// Takes the metric's name off each element, as whatever computes with values does.
void drop_names(Evaluation& evaluation, const Expr& node, VectorValue& vector);

// Refuses two elements of the same labels, in Prometheus's words.
Result<VectorValue> unique(VectorValue vector);

} // namespace keepwatch::promql
