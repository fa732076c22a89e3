#include "alert/expression_traits.h"

#include <algorithm>

#include "promql/functions/function.h"
#include "promql/operators.h"
#include "promql/print.h"
#include "promql/selectors.h"
#include "promql/types.h"

namespace keepwatch::alert {
namespace {

using namespace promql;

constexpr std::string_view kInstance = "instance";

bool is_vector(const Expr& expr) {
    const auto type = type_of(expr);
    return type == ValueType::Vector || type == ValueType::Matrix;
}

bool is_about_absence(const Call& call) {
    return call.function->name == "absent" || call.function->name == "absent_over_time";
}

bool compares(const Binary& binary) {
    if (is_comparison(binary.op)) return !binary.returns_bool;
    if (binary.op == BinaryOp::And || binary.op == BinaryOp::Unless) return true;
    const bool left = can_be_empty(*binary.left);
    const bool right = can_be_empty(*binary.right);
    return binary.op == BinaryOp::Or ? left && right : left || right;
}

bool contains(const std::vector<std::string>& labels) {
    return std::find(labels.begin(), labels.end(), kInstance) != labels.end();
}

bool pairs_by_instance(const Binary& binary) {
    const bool left = is_vector(*binary.left);
    const bool right = is_vector(*binary.right);
    if (!left || !right) return keeps_instance(left ? *binary.left : *binary.right);
    if (binary.op == BinaryOp::Or)
        return keeps_instance(*binary.left) && keeps_instance(*binary.right);
    if (is_set_operator(binary.op)) return keeps_instance(*binary.left);
    const auto& matching = binary.matching;
    using Cardinality = Matching::Cardinality;
    if (matching.cardinality == Cardinality::ManyToOne)
        return keeps_instance(*binary.left) || contains(matching.include);
    if (matching.cardinality == Cardinality::OneToMany)
        return keeps_instance(*binary.right) || contains(matching.include);
    const bool matched = matching.is_on ? contains(matching.labels) : !contains(matching.labels);
    return matched && keeps_instance(*binary.left);
}

template <class Found> std::string first_in(const Expr& expr, Found found) {
    auto text = found(expr);
    if (!text.empty()) return text;
    for_each_child(expr, [&](const Expr& child) {
        if (text.empty()) text = first_in(child, found);
    });
    return text;
}

} // namespace

bool can_be_empty(const Expr& expr) {
    if (const auto* selector = std::get_if<VectorSelector>(&expr.node))
        return selector->name() == "ALERTS"; // Which is there while an alert is.
    if (const auto* binary = std::get_if<Binary>(&expr.node)) return compares(*binary);
    if (const auto* call = std::get_if<Call>(&expr.node); call && is_about_absence(*call))
        return true;
    bool found = false;
    for_each_child(expr, [&](const Expr& child) { found |= can_be_empty(child); });
    return found;
}

bool keeps_instance(const Expr& expr) {
    if (std::holds_alternative<VectorSelector>(expr.node)) return true;
    if (const auto* binary = std::get_if<Binary>(&expr.node)) return pairs_by_instance(*binary);
    if (const auto* aggregate = std::get_if<Aggregate>(&expr.node)) {
        const bool picks =
            aggregate->op == AggregateOp::Topk || aggregate->op == AggregateOp::Bottomk ||
            aggregate->op == AggregateOp::Limitk || aggregate->op == AggregateOp::LimitRatio;
        const bool grouped = contains(aggregate->labels) != aggregate->is_without;
        return (picks || grouped) && keeps_instance(*aggregate->operand);
    }
    if (const auto* call = std::get_if<Call>(&expr.node); call && is_about_absence(*call)) {
        for (const auto* selector : selectors(expr))
            for (const auto& matcher : selector->matchers)
                if (matcher.name() == kInstance && matcher.op() == series::MatchOp::Equal)
                    return true;
        return false;
    }
    bool kept = false;
    for_each_child(expr,
                   [&](const Expr& child) { kept |= is_vector(child) && keeps_instance(child); });
    return kept;
}

bool hangs_on_one_scrape(const Expr& expr) {
    if (std::holds_alternative<Subquery>(expr.node)) return false;
    if (const auto* selector = std::get_if<VectorSelector>(&expr.node))
        return selector->name() == "up" && !selector->is_range();
    if (const auto* call = std::get_if<Call>(&expr.node); call && call->function->name == "absent")
        return true;
    // What only has to be there as well, or must not be, does not make it fire.
    if (const auto* binary = std::get_if<Binary>(&expr.node);
        binary && (binary->op == BinaryOp::Unless || binary->op == BinaryOp::And))
        return hangs_on_one_scrape(*binary->left);
    bool found = false;
    for_each_child(expr, [&](const Expr& child) { found |= hangs_on_one_scrape(child); });
    return found;
}

std::string compared_with_itself(const Expr& expr) {
    return first_in(expr, [](const Expr& part) -> std::string {
        const auto* binary = std::get_if<Binary>(&part.node);
        if (!binary || !(is_comparison(binary->op) || is_set_operator(binary->op))) return "";
        if (!is_vector(*binary->left) || !is_vector(*binary->right)) return "";
        const bool same =
            print(without_parens(*binary->left)) == print(without_parens(*binary->right));
        return same ? print(part) : std::string();
    });
}

std::string contradiction(const Expr& expr) {
    return first_in(expr, [](const Expr& part) -> std::string {
        const auto* selector = std::get_if<VectorSelector>(&part.node);
        if (!selector) return "";
        for (const auto& one : selector->matchers) {
            if (one.op() != series::MatchOp::Equal) continue;
            const bool excluded = std::any_of(
                selector->matchers.begin(), selector->matchers.end(), [&](const auto& other) {
                    return other.name() == one.name() &&
                           !other.matches(Labels{{one.name(), one.value()}});
                });
            if (excluded) return print(part);
        }
        return "";
    });
}

} // namespace keepwatch::alert
