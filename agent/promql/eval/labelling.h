#pragma once

#include <deque>
#include <utility>

#include "promql/eval/evaluation.h"
#include "series/id_index.h"

namespace keepwatch::promql {

// The labels that a node makes of its inputs', so that each are made once and not at each step.
// Inputs come in the same order step by step, so the one after the last is tried first.
class LabelMemo : public NodeState {
public:
    // The reference is valid as long as the memo.
    template <class Make> const Labels& get(const Labels& from, Make make) {
        if (++last_ >= entries_.size()) last_ = 0;
        if (last_ < entries_.size() && entries_[last_].from == from) return entries_[last_].made;
        const auto same = [&](std::uint32_t place) { return entries_[place].from == from; };
        const auto found = index_.find(from.hash(), same);
        last_ = found ? *found : add(from, make(from));
        return entries_[last_].made;
    }

private:
    struct Entry {
        Labels from;
        Labels made;
    };
    std::size_t add(const Labels& from, Labels made) {
        index_.add(from.hash(), static_cast<std::uint32_t>(entries_.size()));
        entries_.push_back({from, std::move(made)});
        return entries_.size() - 1;
    }

    std::deque<Entry> entries_; // References stay valid as it grows.
    series::IdIndex index_;     // Their places, by the hash of what they were made from.
    std::size_t last_ = 0;
};

// Labels that say what a value is, and so belong to no other: `__name__`, `__type__`, `__unit__`.
bool is_metadata_label(std::string_view name);
const std::vector<std::string>& metadata_labels();
Labels without_metadata(const Labels& labels);

// What becomes of elements that have new values: their names go, at once or when the query ends.
// Refuses two elements of the same labels, in Prometheus's words, where that ends in an error.
Result<VectorValue> renamed(Evaluation& evaluation, const Expr& node, const Moment& now,
                            VectorValue vector);

// Refuses two elements of the same labels, if names are taken off at once or on a grid; else that
// is left for the end of the query, when the names are gone.
Result<VectorValue> checked(Evaluation& evaluation, const Expr& node, const Moment& now,
                            VectorValue vector);

// Refuses two elements of the same labels.
Result<VectorValue> unique(VectorValue vector);

// The result of a query: names are gone where they had to go.
Result<VectorValue> finished(Evaluation& evaluation, VectorValue vector);

} // namespace keepwatch::promql
