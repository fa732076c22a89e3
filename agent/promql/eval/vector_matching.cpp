#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "promql/eval/arithmetic.h"
#include "promql/eval/binary.h"
#include "promql/operators.h"

namespace keepwatch::promql {
namespace {

using Cardinality = Matching::Cardinality;

// One binary node at one moment. Of two sides, "one" has one element for each key at most; the
// elements of "many", which is the left side unless group_right swaps them, look for theirs there.
class Matcher {
public:
    Matcher(const Binary& binary, MatchingState& state, Naming naming)
        : binary_(binary), matching_(binary.matching), state_(state), naming_(naming),
          is_swapped_(binary.matching.cardinality == Cardinality::OneToMany) {}

    Result<VectorValue> match(const VectorValue& left, const VectorValue& right) {
        const auto& many = is_swapped_ ? right : left;
        const auto& one = is_swapped_ ? left : right;
        const auto& fill_many = is_swapped_ ? matching_.fill_right : matching_.fill_left;
        const auto& fill_one = is_swapped_ ? matching_.fill_left : matching_.fill_right;
        const auto keys_of_many = keys_of(many);
        const auto keys_of_one = keys_of(one);
        found_.resize(state_.keys.size());
        has_result_.resize(state_.keys.size());
        if (auto indexed = index(one, keys_of_one); !indexed) return std::move(indexed).error();
        result_.reserve(many.size());
        for (std::size_t i = 0; i < many.size(); ++i) {
            const auto key = keys_of_many[i];
            const auto* partner = found_[key];
            if (partner == nullptr && !fill_one) continue;
            const auto joined = partner != nullptr
                                    ? join(many[i], *partner, key)
                                    : join(many[i], {state_.keys.labels(key), {}, *fill_one}, key);
            if (!joined) return joined.error();
        }
        for (std::size_t i = 0; fill_many && i < one.size(); ++i) {
            const auto key = keys_of_one[i];
            if (has_result_[key]) continue;
            const VectorElement filled{state_.keys.labels(key), one[i].t, *fill_many};
            if (auto joined = join(filled, one[i], key); !joined) return std::move(joined).error();
        }
        if (auto unique = check_pairs(); !unique) return std::move(unique).error();
        return std::move(result_);
    }

private:
    using Key = KeyMemo::Key;

    std::vector<Key> keys_of(const VectorValue& side) {
        std::vector<Key> keys;
        keys.reserve(side.size());
        for (const auto& element : side) keys.push_back(state_.key(matching_, element.labels));
        return keys;
    }

    // Which elements of the one side there are, by key; two of one key are an error.
    Result<void> index(const VectorValue& one, const std::vector<Key>& keys) {
        for (std::size_t i = 0; i < one.size(); ++i) {
            auto& place = found_[keys[i]];
            if (place == nullptr) {
                place = &one[i];
                continue;
            }
            auto first = shown(one[i].labels);
            auto second = shown(place->labels);
            if (first > second) std::swap(first, second);
            return execution_error(fmt::format(
                "found duplicate series for the match group {} on the {} hand-side of the "
                "operation: [{}, {}];many-to-many matching not allowed: matching labels must be "
                "unique on one side",
                shown(state_.keys.labels(keys[i])), is_swapped_ ? "left" : "right", first, second));
        }
        return {};
    }

    // Adds what the operator makes of a pair, unless a comparison filters it out.
    Result<void> join(const VectorElement& many, const VectorElement& one, Key key) {
        const double left = is_swapped_ ? one.value : many.value;
        const double right = is_swapped_ ? many.value : one.value;
        const auto make = [&](const Labels& from) { return result_labels(from, one.labels); };
        // With group_left's labels a result depends on both sides, and no memo can tell it.
        const auto known =
            matching_.include.empty() ? state_.results.key(many.labels, make) : KeyMemo::Key{};
        auto labels = matching_.include.empty() ? state_.results.labels(known) : make(many.labels);
        if (auto allowed = enter(key, labels); !allowed) return allowed;
        const auto holds = compare(binary_.op, left, right);
        if (holds && !*holds && !binary_.returns_bool) return {};
        const double value = !holds                 ? arithmetic(binary_.op, left, right)
                             : binary_.returns_bool ? (*holds ? 1 : 0)
                                                    : left;
        result_.push_back({std::move(labels), many.t, value, binary_.returns_bool});
        return {};
    }

    // Starts from the labels of the many side; group_left's labels come from the one side.
    Labels result_labels(const Labels& many, const Labels& one) const {
        const bool loses_name =
            is_arithmetic(binary_.op) || (binary_.returns_bool && naming_ == Naming::AtOnce);
        auto labels = loses_name ? without_metadata(many) : many;
        if (matching_.cardinality == Cardinality::OneToOne)
            labels =
                matching_.is_on ? labels.only(matching_.labels) : labels.without(matching_.labels);
        if (matching_.include.empty()) return labels;
        LabelsBuilder builder(labels);
        for (const auto& name : matching_.include) builder.set(name, one.get(name));
        return builder.build();
    }

    // Refuses a second result where only one may be, also one that a comparison filters out.
    Result<void> enter(Key key, const Labels& result) {
        const bool is_first = !std::exchange(has_result_[key], true);
        if (matching_.cardinality != Cardinality::OneToOne)
            pairs_.emplace_back(key, result);
        else if (!is_first)
            return execution_error("multiple matches for labels: many-to-one matching must be "
                                   "explicit (group_left/group_right)");
        return {};
    }

    Result<void> check_pairs() {
        std::sort(pairs_.begin(), pairs_.end(), [](const auto& left, const auto& right) {
            return std::pair(left.first, left.second.hash()) <
                   std::pair(right.first, right.second.hash());
        });
        if (std::adjacent_find(pairs_.begin(), pairs_.end()) == pairs_.end()) return {};
        return execution_error("multiple matches for labels: grouping labels must ensure unique "
                               "matches");
    }

    const Binary& binary_;
    const Matching& matching_;
    MatchingState& state_;
    Naming naming_;
    bool is_swapped_;
    std::vector<const VectorElement*> found_;   // Of the one side, by key.
    std::vector<char> has_result_;              // By key; and in many-to-one matching
    std::vector<std::pair<Key, Labels>> pairs_; // which.
    VectorValue result_;
};

} // namespace

Labels match_key(const Matching& matching, const Labels& labels) {
    return matching.is_on ? labels.only(matching.labels)
                          : without_metadata(labels.without(matching.labels));
}

Result<VectorValue> match_vectors(const Binary& binary, MatchingState& state,
                                  const VectorValue& left, const VectorValue& right,
                                  Naming naming) {
    const bool fills = binary.matching.fill_left || binary.matching.fill_right;
    if ((left.empty() || right.empty()) && !fills) return VectorValue();
    return Matcher(binary, state, naming).match(left, right);
}

} // namespace keepwatch::promql
