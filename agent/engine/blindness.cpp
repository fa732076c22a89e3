#include "engine/blindness.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "promql/functions/function.h"
#include "promql/print.h"
#include "promql/selectors.h"

namespace keepwatch::engine {
namespace {

constexpr double kAlikeMin = 2.0 / 3;

using Pairs = std::vector<std::pair<char, char>>;

Pairs pairs_of(std::string_view name) {
    std::string letters;
    for (const char c : name)
        if (c != '_' && c != ':') letters += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    Pairs pairs;
    for (std::size_t i = 1; i < letters.size(); ++i) pairs.emplace_back(letters[i - 1], letters[i]);
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

// From 0 to 1: twice the pairs that are in both, of all.
double likeness(const Pairs& a, const Pairs& b) {
    Pairs both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    const auto all = a.size() + b.size();
    return all == 0 ? 0 : 2 * static_cast<double>(both.size()) / static_cast<double>(all);
}

// Those that a rule needs to find something: what it asks to be absent it need not find.
void needed_selectors(const promql::Expr& expr, std::vector<const promql::VectorSelector*>& into) {
    if (const auto* call = std::get_if<promql::Call>(&expr.node);
        call && call->function->name.starts_with("absent"))
        return;
    if (const auto* selector = std::get_if<promql::VectorSelector>(&expr.node))
        into.push_back(selector);
    promql::for_each_child(expr, [&](const promql::Expr& child) { needed_selectors(child, into); });
}

// Whether the target would have what is selected, by the labels that all its series have.
bool is_about(const promql::VectorSelector& selector, const TargetInfo& target) {
    return std::all_of(
        selector.matchers.begin(), selector.matchers.end(), [&](const series::Matcher& matcher) {
            return !target.labels.has(matcher.name()) || matcher.matches(target.labels);
        });
}

bool has_target_up(const promql::VectorSelector& selector, const Engine& engine) {
    for (TargetId id = 0; id < engine.target_count(); ++id) {
        const auto& target = engine.target(id);
        if (target.up && !target.partial && is_about(selector, target.info)) return true;
    }
    return false;
}

bool finds_something(const promql::VectorSelector& selector, const Engine& engine) {
    if (selector.name().starts_with("ALERTS")) return true; // There only while something is wrong.
    const auto now = engine.now();
    return !engine.everything().select(selector.matchers, now - kBlindAfter, now).empty();
}

std::vector<std::string> names_in(const series::Catalogue& catalogue) {
    std::vector<std::string> names;
    for (auto& entry : catalogue.names()) names.push_back(std::move(entry.name));
    return names;
}

} // namespace

std::string to_text(const BlindRule& rule) {
    auto text = fmt::format("rule {} is blind: nothing matches {}", rule.rule, rule.selector);
    if (!rule.nearest.empty()) text += fmt::format("; there is {}", fmt::join(rule.nearest, ", "));
    return text;
}

std::vector<std::string> alike(std::string_view name, const std::vector<std::string>& names) {
    const auto wanted = pairs_of(name);
    std::vector<std::pair<double, std::string_view>> found;
    for (const auto& candidate : names)
        if (const auto score = likeness(wanted, pairs_of(candidate)); score >= kAlikeMin)
            found.emplace_back(-score, candidate);
    std::sort(found.begin(), found.end());
    std::vector<std::string> best;
    for (std::size_t i = 0; i < std::min(found.size(), kNearestNamesMax); ++i)
        best.emplace_back(found[i].second);
    return best;
}

std::vector<BlindRule> blind_rules(const Engine& engine) {
    std::vector<BlindRule> blind;
    if (engine.store().known_since() > engine.now() - kBlindAfter) return blind;
    std::vector<std::string> names;
    for (const auto& entry : engine.rules().rules()) {
        const auto& rule = entry->rule.rule();
        std::vector<const promql::VectorSelector*> selectors;
        needed_selectors(*rule.expr, selectors);
        const bool looks = std::any_of(selectors.begin(), selectors.end(), [&](const auto* one) {
            return has_target_up(*one, engine);
        });
        const bool sees = std::any_of(selectors.begin(), selectors.end(), [&](const auto* one) {
            return finds_something(*one, engine);
        });
        if (!looks || sees) continue;
        if (names.empty()) names = names_in(engine.catalogue());
        const auto& first = *selectors.front();
        blind.push_back(
            {rule.name, promql::print({first, {}, 1}), alike(first.name(), names), rule.at});
    }
    return blind;
}

} // namespace keepwatch::engine
