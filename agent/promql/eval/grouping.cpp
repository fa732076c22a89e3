#include "promql/eval/grouping.h"

#include "promql/eval/labelling.h"

namespace keepwatch::promql {

Labels group_labels(const Aggregate& aggregate, const Labels& labels) {
    if (!aggregate.is_without) return labels.only(aggregate.labels);
    return without_metadata(labels.without(aggregate.labels));
}

Grouping group(Evaluation& evaluation, const Expr& node, const Aggregate& aggregate,
               const VectorValue& input) {
    constexpr std::uint32_t kNone = ~std::uint32_t{0};
    auto& memo = evaluation.state<KeyMemo>(node);
    const auto make = [&](const Labels& from) { return group_labels(aggregate, from); };
    Grouping grouping;
    grouping.group_of.reserve(input.size());
    std::vector<std::uint32_t> group_of_key(memo.size(), kNone);
    for (const auto& element : input) {
        const auto key = memo.key(element.labels, make);
        if (key >= group_of_key.size()) group_of_key.resize(key + 1, kNone);
        auto& place = group_of_key[key];
        if (place == kNone) {
            place = static_cast<std::uint32_t>(grouping.groups.size());
            grouping.groups.push_back({memo.labels(key), 0, false});
        }
        auto& group = grouping.groups[place];
        ++group.size;
        group.loses_name = group.loses_name || element.loses_name;
        grouping.group_of.push_back(place);
    }
    return grouping;
}

std::vector<std::uint32_t> Grouping::members() const {
    std::vector<std::uint32_t> next; // Where each group's next member goes.
    next.reserve(groups.size());
    std::uint32_t begin = 0;
    for (const auto& group : groups) {
        next.push_back(begin);
        begin += group.size;
    }
    std::vector<std::uint32_t> members(group_of.size());
    for (std::uint32_t i = 0; i < group_of.size(); ++i) members[next[group_of[i]]++] = i;
    return members;
}

} // namespace keepwatch::promql
