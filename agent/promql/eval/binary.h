#pragma once

#include "promql/eval/key_memo.h"
#include "promql/eval/labelling.h"

namespace keepwatch::promql {

// The labels by which the elements of two vectors find each other: those of `on`, or all but those
// of `ignoring` and what says what the value is (see metadata_labels).
Labels match_key(const Matching& matching, const Labels& labels);

// What a binary node between two vectors remembers: keys, and the labels of results.
struct MatchingState : NodeState {
    KeyMemo keys;
    KeyMemo results; // By the labels of the many side, where they depend on nothing else.

    KeyMemo::Key key(const Matching& matching, const Labels& labels) {
        return keys.key(labels, [&](const Labels& from) { return match_key(matching, from); });
    }
};

// When `bool` takes the metric's name: see Features::delayed_name_removal.
enum class Naming : std::uint8_t { AtOnce, Delayed };

// Arithmetic and comparison between vectors, element by matching element.
Result<VectorValue> match_vectors(const Binary& binary, MatchingState& state,
                                  const VectorValue& left, const VectorValue& right, Naming naming);

// and, or, unless: many to many, values and labels as they are.
VectorValue set_operation(const Binary& binary, MatchingState& state, VectorValue left,
                          VectorValue right);

} // namespace keepwatch::promql
