#include "promql/eval/grouping.h"

namespace keepwatch::promql {

Labels group_labels(const Aggregate& aggregate, const Labels& labels) {
    if (!aggregate.is_without) return labels.only(aggregate.labels);
    return without_metadata(labels.without(aggregate.labels));
}

std::vector<Group> group(Evaluation& evaluation, const Expr& node, const Aggregate& aggregate,
                         const VectorValue& input) {
    auto& memo = evaluation.state<LabelMemo>(node);
    std::vector<Group> groups;
    std::unordered_map<Labels, std::size_t> index;
    for (std::size_t i = 0; i < input.size(); ++i) {
        const auto& labels = memo.get(
            input[i].labels, [&](const Labels& from) { return group_labels(aggregate, from); });
        const auto [at, is_new] = index.try_emplace(labels, groups.size());
        if (is_new) groups.push_back({labels, {}});
        auto& group = groups[at->second];
        group.members.push_back(i);
        group.loses_name = group.loses_name || input[i].loses_name;
    }
    return groups;
}

} // namespace keepwatch::promql
