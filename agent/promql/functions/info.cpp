#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/functions/vector.h"

namespace keepwatch::promql::functions {
namespace {

using series::Matcher;

constexpr std::string_view kDefaultInfoMetric = "target_info";
constexpr std::string_view kIdentifyingLabels[] = {"instance", "job"};

// What selects the info series, made once from the second argument.
struct InfoState : NodeState {
    ExprPtr selector;
    std::vector<Matcher> name_matchers;
    std::vector<Matcher> data_matchers; // Of the labels to add; empty: all of them.
};

Labels identity(const Labels& labels) {
    LabelsBuilder identity;
    for (const auto name : kIdentifyingLabels) identity.set(name, labels.get(name));
    return identity.build();
}

void resolve(const CallSite& site, InfoState& state) {
    if (site.call.arguments.size() > 1) {
        const auto& given = without_parens(site.argument(1)).node;
        if (const auto* selector = std::get_if<VectorSelector>(&given))
            for (const auto& matcher : selector->matchers)
                (matcher.name() == kNameLabel ? state.name_matchers : state.data_matchers)
                    .push_back(matcher);
    }
    if (state.name_matchers.empty())
        state.name_matchers.push_back(
            Matcher::equal(std::string(kNameLabel), std::string(kDefaultInfoMetric)));
    VectorSelector selector;
    selector.matchers = state.name_matchers;
    selector.matchers.insert(selector.matchers.end(), state.data_matchers.begin(),
                             state.data_matchers.end());
    auto expr = std::make_shared<Expr>();
    expr->node = std::move(selector);
    state.selector = std::move(expr);
}

bool is_info_series(const InfoState& state, const Labels& labels) {
    return std::all_of(state.name_matchers.begin(), state.name_matchers.end(),
                       [&](const Matcher& matcher) { return matcher.matches(labels); });
}

// Whether the second argument asks for this label.
bool is_wanted(const InfoState& state, std::string_view name) {
    if (state.data_matchers.empty()) return true;
    return std::any_of(state.data_matchers.begin(), state.data_matchers.end(),
                       [&](const Matcher& matcher) { return matcher.name() == name; });
}

// Adds the info series' labels; those that the element has already stay as they are.
Result<Labels> enriched(const InfoState& state, const Labels& base,
                        const std::vector<const VectorElement*>& infos) {
    LabelsBuilder labels(base);
    LabelsBuilder added;
    for (const auto* info : infos) {
        for (const auto& [name, value] : info->labels) {
            if (name == kNameLabel || base.has(name) || !is_wanted(state, name)) continue;
            if (const auto before = added.get(name); !before.empty() && before != value)
                return execution_error(fmt::format("conflicting label: {}", name));
            added.set(name, value);
            labels.set(name, value);
        }
    }
    return labels.build();
}

} // namespace

// info(vector, {label selectors}): enriches elements with the labels of the info series, by
// default target_info, of the same instance and job.
Result<VectorValue> info(const CallSite& site) {
    auto& state = site.evaluation.state<InfoState>(site.expr);
    if (!state.selector) resolve(site, state);
    KW_TRY(auto base, eval_vector(site.evaluation, site.argument(0), site.now));
    KW_TRY(const auto infos, eval_vector(site.evaluation, *state.selector, site.now));
    std::unordered_map<Labels, std::vector<const VectorElement*>> by_identity;
    for (const auto& element : infos) by_identity[identity(element.labels)].push_back(&element);

    const bool demands_match =
        std::any_of(state.data_matchers.begin(), state.data_matchers.end(),
                    [](const Matcher& matcher) { return !matcher.matches_empty(); });
    VectorValue result;
    for (auto& element : base) {
        if (!is_info_series(state, element.labels)) {
            const auto found = by_identity.find(identity(element.labels));
            if (found == by_identity.end() && demands_match) continue;
            if (found != by_identity.end()) {
                KW_TRY(element.labels, enriched(state, element.labels, found->second));
            }
        }
        result.push_back(std::move(element));
    }
    return unique(std::move(result));
}

} // namespace keepwatch::promql::functions
