#include "promql/eval/labelling.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "promql/eval/key_memo.h"

namespace keepwatch::promql {
namespace {

// At one moment after the other a vector mostly has the same labels, which need no second look.
Result<VectorValue> still_unique(Evaluation& evaluation, const Expr* node, VectorValue vector) {
    if (vector.size() < 2) return vector;
    auto& known = evaluation.distinct(node);
    const auto has = [](const VectorElement& element, const Labels& labels) {
        return element.labels == labels;
    };
    if (std::equal(vector.begin(), vector.end(), known.begin(), known.end(), has)) return vector;
    KW_TRY(vector, unique(std::move(vector)));
    known.clear();
    for (const auto& element : vector) known.push_back(element.labels);
    return vector;
}

} // namespace

bool is_metadata_label(std::string_view name) {
    const auto& all = metadata_labels();
    return std::find(all.begin(), all.end(), name) != all.end();
}

const std::vector<std::string>& metadata_labels() {
    static const std::vector<std::string> names{"__name__", "__type__", "__unit__"};
    return names;
}

Labels without_metadata(const Labels& labels) {
    if (!labels.has("__type__") && !labels.has("__unit__")) return labels.without_name();
    return labels.without(metadata_labels());
}

Result<VectorValue> renamed(Evaluation& evaluation, const Expr& node, const Moment& now,
                            VectorValue vector) {
    if (evaluation.delays_names()) {
        for (auto& element : vector) element.loses_name = true;
    } else {
        auto& memo = evaluation.state<KeyMemo>(node);
        for (auto& element : vector)
            element.labels = memo.labels_of(element.labels, without_metadata);
    }
    return checked(evaluation, node, now, std::move(vector));
}

Result<VectorValue> checked(Evaluation& evaluation, const Expr& node, const Moment& now,
                            VectorValue vector) {
    if (evaluation.delays_names() && now.grid.is_single()) return vector;
    return still_unique(evaluation, &node, std::move(vector));
}

// An open hash table of indices plus one: this runs at each step over each element.
Result<VectorValue> unique(VectorValue vector) {
    if (vector.size() < 2) return vector;
    std::vector<std::uint32_t> slots(std::bit_ceil(vector.size() * 2));
    for (std::size_t i = 0; i < vector.size(); ++i) {
        const auto hash = vector[i].labels.hash();
        auto slot = (hash ^ (hash >> 32)) & (slots.size() - 1);
        for (; slots[slot] != 0; slot = (slot + 1) & (slots.size() - 1))
            if (vector[slots[slot] - 1].labels == vector[i].labels)
                return execution_error("vector cannot contain metrics with the same labelset");
        slots[slot] = static_cast<std::uint32_t>(i + 1);
    }
    return vector;
}

Result<VectorValue> finished(Evaluation& evaluation, VectorValue vector) {
    if (!evaluation.delays_names()) return vector;
    auto& memo = evaluation.result_state<KeyMemo>();
    for (auto& element : vector) {
        if (!element.loses_name) continue;
        element.labels = memo.labels_of(element.labels, without_metadata);
        element.loses_name = false;
    }
    return still_unique(evaluation, nullptr, std::move(vector));
}

} // namespace keepwatch::promql
