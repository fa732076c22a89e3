#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/eval/reference.h"
#include "promql/functions/vector.h"

namespace keepwatch::promql::functions {
namespace {

using series::Matcher;
using series::MatchOp;

const std::vector<std::string>& identifying_labels() {
    static const std::vector<std::string> names{"instance", "job"};
    return names;
}

// What selects the info series, made once from the second argument.
struct InfoState : NodeState {
    std::shared_ptr<Expr> selector;
    std::vector<Matcher> name_matchers;
    std::vector<Matcher> data_matchers; // Of the labels to add; empty: all of them.
};

bool is_positive(const Matcher& matcher) {
    return matcher.op() == MatchOp::Equal || matcher.op() == MatchOp::Regex;
}

// Without a condition on the name it is target_info, and with nothing but exclusions anything else
// that ends in _info.
void complete_name_matchers(std::vector<Matcher>& matchers) {
    const std::string name(kNameLabel);
    if (matchers.empty())
        matchers.push_back(Matcher::equal(name, "target_info"));
    else if (std::none_of(matchers.begin(), matchers.end(), is_positive))
        matchers.push_back(*Matcher::create(MatchOp::Regex, name, ".+_info"));
}

void resolve(const CallSite& site, InfoState& state) {
    if (site.call.arguments.size() > 1)
        for (const auto& matcher : std::get<VectorSelector>(site.argument(1).node).matchers)
            (matcher.name() == kNameLabel ? state.name_matchers : state.data_matchers)
                .push_back(matcher);
    complete_name_matchers(state.name_matchers);
    VectorSelector selector;
    selector.matchers = state.name_matchers;
    selector.matchers.insert(selector.matchers.end(), state.data_matchers.begin(),
                             state.data_matchers.end());
    state.selector = std::make_shared<Expr>();
    state.selector->node = std::move(selector);
}

// What an element and its info series have in common, which may be nothing. Nullopt for info
// series, which are not enriched themselves.
std::optional<Labels> identity_of(const InfoState& state, const Labels& labels) {
    const bool is_info =
        std::all_of(state.name_matchers.begin(), state.name_matchers.end(),
                    [&](const Matcher& matcher) { return matcher.matches(labels); });
    if (is_info) return std::nullopt;
    return labels.only(identifying_labels());
}

// Whether the second argument asks for this label.
bool is_wanted(const InfoState& state, std::string_view name) {
    if (state.data_matchers.empty()) return true;
    return std::any_of(state.data_matchers.begin(), state.data_matchers.end(),
                       [&](const Matcher& matcher) { return matcher.name() == name; });
}

// Which of the identifying labels elements have, and with which values. As in Prometheus, values
// are asked for label by label: an info series of the instance of one and the job of another
// element is looked at too, if only to find it twice.
class Wanted {
public:
    void add(const Labels& identity) {
        if (identity.empty()) return;
        auto& values = by_presence_[names_of(identity)];
        for (const auto& [name, value] : identity)
            values[std::string(name)].insert(std::string(value));
    }
    bool has(const Labels& identity) const {
        const auto found = by_presence_.find(names_of(identity));
        if (found == by_presence_.end()) return false;
        for (const auto& [name, value] : identity)
            if (!found->second.at(std::string(name)).contains(std::string(value))) return false;
        return true;
    }

private:
    static std::string names_of(const Labels& identity) {
        std::string names;
        for (const auto& [name, value] : identity) names += std::string(name) + ",";
        return names;
    }
    std::map<std::string, std::map<std::string, std::set<std::string>>> by_presence_;
};

// The newest info series of each name for one identity.
using InfoOfNames = std::map<std::string, const VectorElement*>;
using InfoIndex = std::unordered_map<Labels, InfoOfNames>;

std::int64_t sample_ms(const VectorElement& info) {
    return static_cast<std::int64_t>(std::llround(info.value * 1e3));
}

Result<InfoIndex> index_infos(const VectorValue& infos, const Wanted& wanted) {
    InfoIndex index;
    for (const auto& info : infos) {
        const auto identity = info.labels.only(identifying_labels());
        if (!wanted.has(identity)) continue;
        auto& slot = index[identity][std::string(info.labels.name())];
        if (slot != nullptr && sample_ms(*slot) == sample_ms(info))
            return execution_error(fmt::format(
                "found duplicate series for info metric: existing {} @ {}, new {} @ {}",
                shown(slot->labels), sample_ms(*slot), shown(info.labels), sample_ms(info)));
        if (slot == nullptr || sample_ms(*slot) < sample_ms(info)) slot = &info;
    }
    return index;
}

// Adds the info series' labels; those that the element has already stay as they are.
Result<Labels> enriched(const InfoState& state, const Labels& base, const InfoOfNames& infos) {
    LabelsBuilder labels(base);
    LabelsBuilder added;
    for (const auto& [metric, info] : infos) {
        for (const auto& [name, value] : info->labels) {
            if (is_metadata_label(name) || base.has(name) || !is_wanted(state, name)) continue;
            if (const auto before = added.get(name); !before.empty() && before != value)
                return execution_error(fmt::format("conflicting label: {}", name));
            added.set(name, value);
            labels.set(name, value);
        }
    }
    return labels.build();
}

bool demands_match(const InfoState& state) {
    return std::any_of(state.data_matchers.begin(), state.data_matchers.end(),
                       [](const Matcher& matcher) { return !matcher.matches_empty(); });
}

} // namespace

// info(vector, {label selectors}): enriches elements with the labels of the info series, by
// default target_info, of the same instance and job.
Result<VectorValue> info(const CallSite& site) {
    auto& state = site.evaluation.state<InfoState>(site.expr);
    if (!state.selector) resolve(site, state);
    KW_TRY(auto base, eval_vector(site.evaluation, site.argument(0), site.now));
    auto& selector = std::get<VectorSelector>(state.selector->node);
    selector.shift = common_reference(site.evaluation, site.argument(0)).value_or(Shift());
    KW_TRY(const auto infos,
           eval_selector(site.evaluation, *state.selector, selector, site.now, Take::SampleTime));
    Wanted wanted;
    std::vector<std::optional<Labels>> identities;
    for (const auto& element : base) {
        identities.push_back(identity_of(state, element.labels));
        if (identities.back()) wanted.add(*identities.back());
    }
    KW_TRY(const auto index, index_infos(infos, wanted));
    VectorValue result;
    for (std::size_t i = 0; i < base.size(); ++i) {
        auto& element = base[i];
        const auto found = identities[i] ? index.find(*identities[i]) : index.end();
        if (identities[i] && found == index.end() && demands_match(state)) continue;
        if (found != index.end()) {
            KW_TRY(element.labels, enriched(state, element.labels, found->second));
        }
        result.push_back(std::move(element));
    }
    return unique(std::move(result));
}

} // namespace keepwatch::promql::functions
