#include "promql/check.h"

#include <algorithm>

#include <fmt/format.h>

#include "promql/functions/function.h"
#include "promql/operators.h"
#include "promql/types.h"

namespace keepwatch::promql {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_scalar_or_vector(const Expr& expr) {
    const auto type = type_of(expr);
    return type == ValueType::Scalar || type == ValueType::Vector;
}

// Goes through the tree in Prometheus's order and keeps the first complaint.
class TypeChecker {
public:
    explicit TypeChecker(std::string_view text) : text_(text) {}

    void check(const Expr& expr) {
        std::visit([&](const auto& node) { check_node(node, expr.span); }, expr.node);
    }
    std::optional<Error> first() && { return std::move(first_); }

private:
    void complain(const Span& at, const std::string& message) {
        if (!first_) first_ = parse_error(at, message);
    }

    void expect(const Expr& expr, ValueType wanted, const std::string& place) {
        check(expr);
        const auto got = type_of(expr);
        if (got == wanted) return;
        complain(expr.span, fmt::format("expected type {} in {}, got {}", documented_name(wanted),
                                        place, documented_name(got)));
    }

    void check_node(const NumberLiteral&, const Span&) {}
    void check_node(const StringLiteral&, const Span&) {}
    void check_node(const Paren& paren, const Span&) { check(*paren.inner); }

    void check_node(const VectorSelector& selector, const Span& at) {
        if (selector.metric.empty()) return check_selects(selector, at);
        for (std::size_t i = 0; i + 1 < selector.matchers.size(); ++i)
            if (selector.matchers[i].name() == kNameLabel)
                complain(at, fmt::format("metric name must not be set twice: {} or {}",
                                         quoted(selector.metric),
                                         quoted(selector.matchers[i].value())));
    }

    void check_selects(const VectorSelector& selector, const Span& at) {
        const auto selects = [](const series::Matcher& one) { return !one.matches_empty(); };
        if (std::none_of(selector.matchers.begin(), selector.matchers.end(), selects))
            complain(at, "vector selector must contain at least one non-empty matcher");
    }

    void check_node(const Subquery& subquery, const Span& at) {
        check(*subquery.operand);
        const auto type = type_of(*subquery.operand);
        if (type != ValueType::Vector)
            complain(at, fmt::format("subquery is only allowed on instant vector, got {} instead",
                                     api_name(type)));
    }

    void check_node(const Unary& unary, const Span& at) {
        check(*unary.operand);
        if (!is_scalar_or_vector(*unary.operand))
            complain(at, fmt::format("unary expression only allowed on expressions of type scalar "
                                     "or instant vector, got \"{}\"",
                                     documented_name(type_of(*unary.operand))));
    }

    void check_node(const Binary& binary, const Span& at) {
        check(*binary.left);
        check(*binary.right);
        const bool scalars = type_of(*binary.left) == ValueType::Scalar &&
                             type_of(*binary.right) == ValueType::Scalar;
        const auto op = behind(*binary.left);
        if (binary.returns_bool && !is_comparison(binary.op))
            complain(op, "bool modifier can only be used on comparison operators");
        if (is_comparison(binary.op) && !binary.returns_bool && scalars)
            complain(op, "comparisons between scalars must use BOOL modifier");
        for (const auto& label : binary.matching.labels)
            if (binary.matching.is_on && contains(binary.matching.include, label))
                complain(op, fmt::format("label {} must not occur in ON and GROUP clause at once",
                                         quoted(label)));
        for (const auto* side : {&binary.left, &binary.right})
            if (!is_scalar_or_vector(**side))
                complain((*side)->span,
                         "binary expression must contain only scalar and instant vector types");
        check_matching(binary, at);
    }

    void check_matching(const Binary& binary, const Span& at) {
        const bool vectors = type_of(*binary.left) == ValueType::Vector &&
                             type_of(*binary.right) == ValueType::Vector;
        const auto cardinality = binary.matching.cardinality;
        const bool grouped = cardinality == Matching::Cardinality::ManyToOne ||
                             cardinality == Matching::Cardinality::OneToMany;
        const bool fills = binary.matching.fill_left || binary.matching.fill_right;
        if (!vectors && !binary.matching.labels.empty())
            complain(at, "vector matching only allowed between instant vectors");
        if (!vectors && fills)
            complain(at, "filling in missing series only allowed between instant vectors");
        if (!is_set_operator(binary.op)) return;
        if (vectors && grouped)
            complain(at,
                     fmt::format("no grouping allowed for \"{}\" operation", symbol(binary.op)));
        if (vectors && fills)
            complain(at, "filling in missing series not allowed for set operators");
        if (!vectors)
            complain(at, fmt::format("set operator \"{}\" not allowed in binary scalar expression",
                                     symbol(binary.op)));
    }

    void check_node(const Aggregate& aggregate, const Span&) {
        expect(*aggregate.operand, ValueType::Vector, "aggregation expression");
        if (!aggregate.parameter) return;
        const bool text = aggregate.op == AggregateOp::CountValues;
        expect(*aggregate.parameter, text ? ValueType::String : ValueType::Scalar,
               "aggregation parameter");
    }

    void check_node(const Call& call, const Span& at) {
        const auto& function = *call.function;
        check_count(call, at);
        const bool takes_selector = function.name == "info" && call.arguments.size() > 1;
        if (takes_selector) check_label_selectors(*call.arguments[1], at);
        const auto place = fmt::format("call to function \"{}\"", function.name);
        for (std::size_t i = 0; i < call.arguments.size(); ++i) {
            if (i >= function.argument_count && function.optional_arguments == 0) break;
            if (!takes_selector || i != 1)
                expect(*call.arguments[i], function.argument_type(i), place);
        }
    }

    void check_count(const Call& call, const Span& at) {
        const auto& function = *call.function;
        const auto given = call.arguments.size();
        const auto wanted = function.argument_count;
        const auto complain_of = [&](const char* amount, std::size_t number) {
            complain(at, fmt::format("expected {}{} argument(s) in call to \"{}\", got {}", amount,
                                     number, function.name, given));
        };
        if (function.optional_arguments == 0) {
            if (given != wanted) complain_of("", wanted);
            return;
        }
        const auto least = wanted - 1;
        if (given < least) return complain_of("at least ", least);
        if (function.optional_arguments < 0) return;
        const auto most = least + static_cast<std::size_t>(function.optional_arguments);
        if (given > most) complain_of("at most ", most);
    }

    // The second argument of info() is written as a selector, but only says which labels to add.
    void check_label_selectors(const Expr& expr, const Span& call) {
        if (type_of(expr) != ValueType::Vector)
            complain(call, fmt::format("expected type instant vector in call to function \"info\", "
                                       "got {}",
                                       documented_name(type_of(expr))));
        const auto* selector = std::get_if<VectorSelector>(&expr.node);
        if (selector == nullptr) complain(expr.span, "expected label selectors only");
        if (selector != nullptr && !selector->metric.empty())
            complain(expr.span, "expected label selectors only, got vector selector instead");
    }

    // The place of the operator behind the left side.
    Span behind(const Expr& left) const {
        const auto at = text_.find_first_not_of(" \t\r\n", left.span.end);
        return span_at(text_, std::min(at, text_.size()));
    }

    std::string_view text_;
    std::optional<Error> first_;
};

} // namespace

Error parse_error(const Span& at, const std::string& message) {
    return {ErrorKind::InvalidInput, "parse error: " + message, Location{{}, at.line, at.column}};
}

std::optional<Error> check_types(const Expr& expr, std::string_view text) {
    TypeChecker checker(text);
    checker.check(expr);
    return std::move(checker).first();
}

} // namespace keepwatch::promql
