#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "promql/eval/arithmetic.h"
#include "promql/eval/binary.h"
#include "promql/operators.h"

namespace keepwatch::promql {
namespace {

using Cardinality = Matching::Cardinality;

std::vector<std::string> with_metric_name(std::vector<std::string> names) {
    names.emplace_back(kNameLabel);
    return names;
}

// Which elements of the one side there are, by key; two of one key are an error.
Result<std::unordered_map<Labels, const VectorElement*>>
index_one_side(const Binary& binary, MatchingState& state, const VectorValue& one) {
    std::unordered_map<Labels, const VectorElement*> index;
    index.reserve(one.size());
    for (const auto& element : one) {
        const auto& key = state.key(binary.matching, element.labels);
        const auto [at, is_new] = index.try_emplace(key, &element);
        if (is_new) continue;
        const bool swapped = binary.matching.cardinality == Cardinality::OneToMany;
        return execution_error(fmt::format(
            "found duplicate series for the match group {} on the {} hand-side of the operation: "
            "[{}, {}];many-to-many matching not allowed: matching labels must be unique on one "
            "side",
            key.to_string(), swapped ? "left" : "right", element.labels.to_string(),
            at->second->labels.to_string()));
    }
    return index;
}

// Starts from the labels of the many side; group_left's labels come from the one side.
Labels result_labels(const Binary& binary, const Labels& many, const Labels& one) {
    const auto& matching = binary.matching;
    const bool keeps_name = is_comparison(binary.op) && !binary.returns_bool;
    auto labels = keeps_name ? many : many.without_name();
    if (matching.cardinality == Cardinality::OneToOne)
        labels = matching.is_on ? labels.only(matching.labels) : labels.without(matching.labels);
    if (matching.include.empty()) return labels;
    LabelsBuilder builder(labels);
    for (const auto& name : matching.include) builder.set(name, one.get(name));
    return builder.build();
}

// Refuses a second result where only one may be.
class MatchGuard {
public:
    Result<void> enter(Cardinality cardinality, const Labels& key, const Labels& result) {
        if (cardinality == Cardinality::OneToOne) {
            if (!keys_.insert(key).second)
                return execution_error("multiple matches for labels: many-to-one matching must be "
                                       "explicit (group_left/group_right)");
        } else if (!results_[key].insert(result).second) {
            return execution_error("multiple matches for labels: grouping labels must ensure "
                                   "unique matches");
        }
        return {};
    }

private:
    std::unordered_set<Labels> keys_;
    std::unordered_map<Labels, std::unordered_set<Labels>> results_;
};

// The value of a matching pair; nullopt if a comparison filters it out.
std::optional<double> combine(const Binary& binary, double left, double right) {
    const auto holds = compare(binary.op, left, right);
    if (!holds) return arithmetic(binary.op, left, right);
    if (binary.returns_bool) return *holds ? 1.0 : 0.0;
    return *holds ? std::optional(left) : std::nullopt;
}

} // namespace

Labels match_key(const Matching& matching, const Labels& labels) {
    return matching.is_on ? labels.only(matching.labels)
                          : labels.without(with_metric_name(matching.labels));
}

Result<VectorValue> match_vectors(const Binary& binary, MatchingState& state,
                                  const VectorValue& left, const VectorValue& right) {
    if (left.empty() || right.empty()) return VectorValue();
    const auto cardinality = binary.matching.cardinality;
    const bool swapped = cardinality == Cardinality::OneToMany;
    const auto& many = swapped ? right : left;
    const auto& one = swapped ? left : right;
    KW_TRY(const auto index, index_one_side(binary, state, one));

    const bool result_is_memorable = binary.matching.include.empty();
    MatchGuard guard;
    VectorValue result;
    result.reserve(many.size());
    for (const auto& element : many) {
        const auto& key = state.key(binary.matching, element.labels);
        const auto found = index.find(key);
        if (found == index.end()) continue;
        const auto& partner = *found->second;
        const auto value = swapped ? combine(binary, partner.value, element.value)
                                   : combine(binary, element.value, partner.value);
        if (!value) continue;
        const auto make = [&](const Labels& labels) {
            return result_labels(binary, labels, partner.labels);
        };
        auto labels =
            result_is_memorable ? state.results.get(element.labels, make) : make(element.labels);
        if (auto entered = guard.enter(cardinality, key, labels); !entered)
            return std::move(entered).error();
        result.push_back({std::move(labels), element.t, *value});
    }
    return result;
}

} // namespace keepwatch::promql
