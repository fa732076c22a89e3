#include <unordered_map>
#include <unordered_set>

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
        if (auto indexed = index(one); !indexed) return std::move(indexed).error();
        result_.reserve(many.size());
        for (const auto& element : many) {
            const auto& key = state_.key(matching_, element.labels);
            const auto found = index_.find(key);
            if (found == index_.end() && !fill_one) continue;
            const auto joined = found != index_.end() ? join(element, *found->second, key)
                                                      : join(element, {key, {}, *fill_one}, key);
            if (!joined) return joined.error();
        }
        if (!fill_many) return std::move(result_);
        for (const auto& element : one) {
            const auto& key = state_.key(matching_, element.labels);
            if (joined_.contains(key)) continue;
            if (auto joined = join({key, element.t, *fill_many}, element, key); !joined)
                return std::move(joined).error();
        }
        return std::move(result_);
    }

private:
    // Which elements of the one side there are, by key; two of one key are an error.
    Result<void> index(const VectorValue& one) {
        index_.reserve(one.size());
        for (const auto& element : one) {
            const auto& key = state_.key(matching_, element.labels);
            const auto [at, is_new] = index_.try_emplace(key, &element);
            if (is_new) continue;
            auto first = shown(element.labels);
            auto second = shown(at->second->labels);
            if (first > second) std::swap(first, second);
            return execution_error(fmt::format(
                "found duplicate series for the match group {} on the {} hand-side of the "
                "operation: [{}, {}];many-to-many matching not allowed: matching labels must be "
                "unique on one side",
                shown(key), is_swapped_ ? "left" : "right", first, second));
        }
        return {};
    }

    // Adds what the operator makes of a pair, unless a comparison filters it out.
    Result<void> join(const VectorElement& many, const VectorElement& one, const Labels& key) {
        const double left = is_swapped_ ? one.value : many.value;
        const double right = is_swapped_ ? many.value : one.value;
        const auto make = [&](const Labels& from) { return result_labels(from, one.labels); };
        auto labels =
            matching_.include.empty() ? state_.results.get(many.labels, make) : make(many.labels);
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
    Result<void> enter(const Labels& key, const Labels& result) {
        const bool is_first = joined_.insert(key).second;
        if (matching_.cardinality == Cardinality::OneToOne) {
            if (!is_first)
                return execution_error("multiple matches for labels: many-to-one matching must be "
                                       "explicit (group_left/group_right)");
        } else if (!results_[key].insert(result).second) {
            return execution_error("multiple matches for labels: grouping labels must ensure "
                                   "unique matches");
        }
        return {};
    }

    const Binary& binary_;
    const Matching& matching_;
    MatchingState& state_;
    Naming naming_;
    bool is_swapped_;
    std::unordered_map<Labels, const VectorElement*> index_;
    std::unordered_set<Labels> joined_; // Keys that have a result, and in many-to-one matching
    std::unordered_map<Labels, std::unordered_set<Labels>> results_; // which.
    VectorValue result_;
};

std::vector<std::string> with_metadata(std::vector<std::string> names) {
    names.insert(names.end(), metadata_labels().begin(), metadata_labels().end());
    return names;
}

} // namespace

Labels match_key(const Matching& matching, const Labels& labels) {
    return matching.is_on ? labels.only(matching.labels)
                          : labels.without(with_metadata(matching.labels));
}

Result<VectorValue> match_vectors(const Binary& binary, MatchingState& state,
                                  const VectorValue& left, const VectorValue& right,
                                  Naming naming) {
    const bool fills = binary.matching.fill_left || binary.matching.fill_right;
    if ((left.empty() || right.empty()) && !fills) return VectorValue();
    return Matcher(binary, state, naming).match(left, right);
}

} // namespace keepwatch::promql
