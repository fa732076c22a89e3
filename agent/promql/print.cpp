#include "promql/print.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "model/labels.h"
#include "model/number.h"
#include "promql/functions/function.h"
#include "promql/operators.h"
#include "promql/token.h"

namespace keepwatch::promql {
namespace {

std::string label_list(const std::vector<std::string>& labels) {
    std::string list;
    for (const auto& label : labels) {
        if (!list.empty()) list += ", ";
        list += is_plain_label_name(label) ? label : quoted(label);
    }
    return "(" + list + ")";
}

// Some words mean something else where a metric could stand.
bool is_bare_metric_name(const std::string& name) {
    if (!is_plain_metric_name(name)) return false;
    const auto lower = lower_case(name);
    for (const auto* reserved : kReservedNames)
        if (lower == reserved) return false;
    return lower != "inf" && lower != "nan";
}

// ` @ 1.500 offset -5m`
std::string print_shift(const Shift& shift) {
    std::string text;
    if (shift.anchor == Shift::Anchor::Fixed)
        text = fmt::format(" @ {:.3f}", shift.fixed.seconds());
    if (shift.anchor == Shift::Anchor::QueryStart) text = " @ start()";
    if (shift.anchor == Shift::Anchor::QueryEnd) text = " @ end()";
    if (shift.offset.ms != 0) text += " offset " + format_duration(shift.offset);
    return text;
}

std::string print_selector(const VectorSelector& selector) {
    const bool plain = is_bare_metric_name(selector.metric);
    std::vector<std::string> parts;
    for (const auto& matcher : selector.matchers) {
        const bool is_name = !selector.metric.empty() && matcher.name() == kNameLabel &&
                             matcher.op() == series::MatchOp::Equal;
        if (!is_name) parts.push_back(matcher.to_string());
    }
    std::sort(parts.begin(), parts.end());
    if (!selector.metric.empty() && !plain) parts.insert(parts.begin(), quoted(selector.metric));
    std::string text = plain ? selector.metric : "";
    if (!parts.empty()) text += fmt::format("{{{}}}", fmt::join(parts, ","));
    if (selector.is_range()) text += fmt::format("[{}]", format_duration(selector.range));
    return text + print_shift(selector.shift);
}

std::string print_number(const NumberLiteral& literal) {
    if (!literal.is_duration) return format_number_go(literal.value);
    return format_duration(milliseconds(std::llround(literal.value * 1e3)));
}

std::string print_matching(const Matching& matching) {
    const bool left = matching.cardinality == Matching::Cardinality::ManyToOne;
    const bool grouped = left || matching.cardinality == Matching::Cardinality::OneToMany;
    if (matching.labels.empty() && !matching.is_on && !grouped) return {};
    auto text =
        fmt::format(" {} {}", matching.is_on ? "on" : "ignoring", label_list(matching.labels));
    if (grouped)
        text += fmt::format(" group_{} {}", left ? "left" : "right", label_list(matching.include));
    return text;
}

// `+Inf ^ 2` would be read as +(Inf ^ 2).
std::string print_left(const Binary& binary) {
    auto text = print(*binary.left);
    return binary.op == BinaryOp::Pow && text == "+Inf" ? "Inf" : text;
}

std::string print_aggregate(const Aggregate& aggregate) {
    std::string text(symbol(aggregate.op));
    if (aggregate.is_without)
        text += fmt::format(" without {} ", label_list(aggregate.labels));
    else if (!aggregate.labels.empty())
        text += fmt::format(" by {} ", label_list(aggregate.labels));
    text += "(";
    if (aggregate.parameter) text += print(*aggregate.parameter) + ", ";
    return text + print(*aggregate.operand) + ")";
}

struct Printer {
    std::string operator()(const NumberLiteral& literal) const { return print_number(literal); }
    std::string operator()(const StringLiteral& literal) const { return quoted(literal.text); }
    std::string operator()(const VectorSelector& selector) const {
        return print_selector(selector);
    }
    std::string operator()(const Subquery& subquery) const {
        const auto step = subquery.step.ms > 0 ? format_duration(subquery.step) : "";
        return fmt::format("{}[{}:{}]{}", print(*subquery.operand), format_duration(subquery.range),
                           step, print_shift(subquery.shift));
    }
    std::string operator()(const Unary& unary) const {
        return (unary.is_negative ? "-" : "+") + print(*unary.operand);
    }
    std::string operator()(const Paren& paren) const { return "(" + print(*paren.inner) + ")"; }
    std::string operator()(const Binary& binary) const {
        return fmt::format("{} {}{}{} {}", print_left(binary), symbol(binary.op),
                           binary.returns_bool ? " bool" : "", print_matching(binary.matching),
                           print(*binary.right));
    }
    std::string operator()(const Aggregate& aggregate) const { return print_aggregate(aggregate); }
    std::string operator()(const Call& call) const {
        std::string list;
        for (const auto& argument : call.arguments) {
            if (!list.empty()) list += ", ";
            list += print(*argument);
        }
        return fmt::format("{}({})", call.function->name, list);
    }
};

} // namespace

std::string print(const Expr& expr) {
    return std::visit(Printer{}, expr.node);
}

} // namespace keepwatch::promql
