#include "promql/print.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "model/labels.h"
#include "model/number.h"
#include "promql/functions/function.h"
#include "promql/operators.h"
#include "promql/print_parts.h"
#include "promql/types.h"

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

// Seconds as `1h30m`, or as the number they are.
std::string print_seconds(double seconds, bool is_duration) {
    if (!is_duration) return format_number(seconds);
    return format_duration(milliseconds(static_cast<std::int64_t>(seconds * 1e3)));
}

std::string print_formula(const DurationFormula& formula) {
    using Op = DurationFormula::Op;
    std::string text;
    switch (formula.op) {
    case Op::Literal:
        text = print_seconds(formula.seconds, formula.is_duration);
        break;
    case Op::Negative:
        text = "-" + print_formula(*formula.right);
        break;
    case Op::Step:
    case Op::Range:
        text = fmt::format("{}()", symbol(formula.op));
        break;
    case Op::MinOf:
    case Op::MaxOf:
        text = fmt::format("{}({}, {})", symbol(formula.op), print_formula(*formula.left),
                           print_formula(*formula.right));
        break;
    default:
        text = fmt::format("{} {} {}", print_formula(*formula.left), symbol(formula.op),
                           print_formula(*formula.right));
    }
    return formula.in_parens ? "(" + text + ")" : text;
}

bool is_infix(const DurationFormula& formula) {
    using Op = DurationFormula::Op;
    return formula.left && formula.op != Op::MinOf && formula.op != Op::MaxOf;
}

std::string print_length(Duration fixed, const FormulaPtr& formula) {
    return formula ? print_formula(*formula) : format_duration(fixed);
}

// ` @ 1.500`
std::string print_anchor(const Shift& shift) {
    switch (shift.anchor) {
    case Shift::Anchor::Fixed:
        return fmt::format(" @ {:.3f}", shift.fixed.seconds());
    case Shift::Anchor::QueryStart:
        return " @ start()";
    case Shift::Anchor::QueryEnd:
        return " @ end()";
    case Shift::Anchor::EvaluationTime:
        break;
    }
    return {};
}

// Behind `offset`, operators belong to the duration only if it begins with a parenthesis.
std::string print_offset(const Shift& shift) {
    if (shift.offset.ms == 0 && !shift.offset_formula) return {};
    auto text = print_length(shift.offset, shift.offset_formula);
    if (shift.offset_formula && is_infix(*shift.offset_formula) && !text.starts_with('('))
        text = "(" + text + ")";
    return " offset " + text;
}

std::string print_extension(Extension extension) {
    if (extension == Extension::None) return {};
    return extension == Extension::Anchored ? " anchored" : " smoothed";
}

std::string print_selector(const VectorSelector& selector) {
    std::vector<std::string> parts;
    for (const auto& matcher : selector.matchers) {
        const bool is_name = !selector.metric.empty() && matcher.name() == kNameLabel &&
                             matcher.op() == series::MatchOp::Equal;
        if (!is_name) parts.push_back(matcher.to_string());
    }
    std::sort(parts.begin(), parts.end());
    auto text = selector.metric;
    if (!parts.empty()) text += fmt::format("{{{}}}", fmt::join(parts, ","));
    const auto anchor = print_anchor(selector.shift);
    const auto extension = print_extension(selector.extension);
    const auto offset = print_offset(selector.shift);
    if (!selector.is_range()) return text + anchor + extension + offset;
    text += fmt::format("[{}]", print_length(selector.range, selector.range_formula));
    return text + extension + anchor + offset;
}

// ` fill (0)`, ` fill_left (1) fill_right (2)`
std::string print_fill(const Matching& matching) {
    const auto& left = matching.fill_left;
    const auto& right = matching.fill_right;
    if (left && right && *left == *right) return fmt::format(" fill ({})", format_number_go(*left));
    std::string text;
    if (left) text += fmt::format(" fill_left ({})", format_number_go(*left));
    if (right) text += fmt::format(" fill_right ({})", format_number_go(*right));
    return text;
}

std::string print_matching(const Matching& matching) {
    const bool left = matching.cardinality == Matching::Cardinality::ManyToOne;
    const bool grouped = left || matching.cardinality == Matching::Cardinality::OneToMany;
    std::string text;
    if (!matching.labels.empty() || matching.is_on || grouped)
        text =
            fmt::format(" {} {}", matching.is_on ? "on" : "ignoring", label_list(matching.labels));
    if (grouped)
        text += fmt::format(" group_{} {}", left ? "left" : "right", label_list(matching.include));
    return text + print_fill(matching);
}

// `+Inf ^ 2` would be read as +(Inf ^ 2).
std::string print_left(const Binary& binary) {
    auto text = print(*binary.left);
    return binary.op == BinaryOp::Pow && text == "+Inf" ? "Inf" : text;
}

std::string print_aggregate(const Aggregate& aggregate) {
    auto text = print_heading(aggregate) + "(";
    if (aggregate.parameter) text += print(*aggregate.parameter) + ", ";
    return text + print(*aggregate.operand) + ")";
}

struct Printer {
    std::string operator()(const NumberLiteral& literal) const {
        return print_seconds(literal.value, literal.is_duration);
    }
    std::string operator()(const StringLiteral& literal) const { return quoted(literal.text); }
    std::string operator()(const VectorSelector& selector) const {
        return print_selector(selector);
    }
    std::string operator()(const Subquery& subquery) const {
        return print(*subquery.operand) + print_tail(subquery);
    }
    std::string operator()(const Unary& unary) const {
        return (unary.is_negative ? "-" : "+") + print(*unary.operand);
    }
    std::string operator()(const Paren& paren) const { return "(" + print(*paren.inner) + ")"; }
    std::string operator()(const Binary& binary) const {
        return fmt::format("{} {} {}", print_left(binary), print_between(binary),
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

std::string print_heading(const Aggregate& aggregate) {
    const auto op = symbol(aggregate.op);
    if (aggregate.is_without)
        return fmt::format("{} without {} ", op, label_list(aggregate.labels));
    if (aggregate.labels.empty()) return std::string(op);
    return fmt::format("{} by {} ", op, label_list(aggregate.labels));
}

std::string print_between(const Binary& binary) {
    const bool matches =
        type_of(*binary.left) == ValueType::Vector && type_of(*binary.right) == ValueType::Vector;
    return fmt::format("{}{}{}", symbol(binary.op), binary.returns_bool ? " bool" : "",
                       matches ? print_matching(binary.matching) : "");
}

std::string print_tail(const Subquery& subquery) {
    const bool has_step = subquery.step.ms > 0 || subquery.step_formula;
    return fmt::format("[{}:{}]{}{}", print_length(subquery.range, subquery.range_formula),
                       has_step ? print_length(subquery.step, subquery.step_formula) : "",
                       print_anchor(subquery.shift), print_offset(subquery.shift));
}

std::string print(const Expr& expr) {
    return std::visit(Printer{}, expr.node);
}

} // namespace keepwatch::promql
