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

} // namespace

Error parse_error(const Span& at, const std::string& message) {
    return {ErrorKind::InvalidInput, "parse error: " + message, Location{{}, at.line, at.column}};
}

void TypeChecker::complain(const Span& at, const std::string& message) {
    if (!first_) first_ = parse_error(at, message);
}

void TypeChecker::expect(const Expr& expr, ValueType wanted, const std::string& place) {
    const auto got = type_of(expr);
    if (got == wanted) return;
    complain(expr.span, fmt::format("expected type {} in {}, got {}", documented_name(wanted),
                                    place, documented_name(got)));
}

void TypeChecker::selector(const VectorSelector& selector, const Span& at) {
    if (!selector.metric.empty()) {
        for (std::size_t i = 0; i + 1 < selector.matchers.size(); ++i)
            if (selector.matchers[i].name() == kNameLabel)
                complain(at, fmt::format("metric name must not be set twice: {} or {}",
                                         quoted(selector.metric),
                                         quoted(selector.matchers[i].value())));
        return;
    }
    const auto selects = [](const series::Matcher& matcher) { return !matcher.matches_empty(); };
    if (std::none_of(selector.matchers.begin(), selector.matchers.end(), selects))
        complain(at, "vector selector must contain at least one non-empty matcher");
}

void TypeChecker::subquery(const Subquery& subquery, const Span& at) {
    const auto type = type_of(*subquery.operand);
    if (type != ValueType::Vector)
        complain(at, fmt::format("subquery is only allowed on instant vector, got {} instead",
                                 api_name(type)));
}

void TypeChecker::unary(const Unary& unary, const Span& at) {
    const auto type = type_of(*unary.operand);
    if (type != ValueType::Scalar && type != ValueType::Vector)
        complain(at, fmt::format("unary expression only allowed on expressions of type scalar or "
                                 "instant vector, got \"{}\"",
                                 documented_name(type)));
}

void TypeChecker::binary(const Binary& binary, const Span& at, const Span& op) {
    const auto left = type_of(*binary.left);
    const auto right = type_of(*binary.right);
    const bool scalars = left == ValueType::Scalar && right == ValueType::Scalar;
    if (binary.returns_bool && !is_comparison(binary.op))
        complain(op, "bool modifier can only be used on comparison operators");
    if (is_comparison(binary.op) && !binary.returns_bool && scalars)
        complain(op, "comparisons between scalars must use BOOL modifier");
    for (const auto& label : binary.matching.labels)
        if (binary.matching.is_on && contains(binary.matching.include, label))
            complain(op, fmt::format("label {} must not occur in ON and GROUP clause at once",
                                     quoted(label)));
    for (const auto* side : {&binary.left, &binary.right})
        if (const auto type = type_of(**side);
            type != ValueType::Scalar && type != ValueType::Vector)
            complain((*side)->span,
                     "binary expression must contain only scalar and instant vector types");
    matching(binary, at, op);
}

void TypeChecker::matching(const Binary& binary, const Span& at, const Span&) {
    const bool vectors =
        type_of(*binary.left) == ValueType::Vector && type_of(*binary.right) == ValueType::Vector;
    const auto cardinality = binary.matching.cardinality;
    const bool grouped = cardinality == Matching::Cardinality::ManyToOne ||
                         cardinality == Matching::Cardinality::OneToMany;
    if (!vectors && !binary.matching.labels.empty())
        complain(at, "vector matching only allowed between instant vectors");
    if (!is_set_operator(binary.op)) return;
    if (vectors && grouped)
        complain(at, fmt::format("no grouping allowed for \"{}\" operation", symbol(binary.op)));
    if (!vectors)
        complain(at, fmt::format("set operator \"{}\" not allowed in binary scalar expression",
                                 symbol(binary.op)));
}

void TypeChecker::aggregate(const Aggregate& aggregate) {
    expect(*aggregate.operand, ValueType::Vector, "aggregation expression");
    if (!aggregate.parameter) return;
    const bool text = aggregate.op == AggregateOp::CountValues;
    expect(*aggregate.parameter, text ? ValueType::String : ValueType::Scalar,
           "aggregation parameter");
}

void TypeChecker::call(const Call& call, const Span& at) {
    const auto& function = *call.function;
    const auto given = call.arguments.size();
    const auto wanted = function.argument_count;
    const auto complain_of = [&](const char* amount, std::size_t number) {
        complain(at, fmt::format("expected {}{} argument(s) in call to \"{}\", got {}", amount,
                                 number, function.name, given));
    };
    if (function.optional_arguments == 0) {
        if (given != wanted) return complain_of("", wanted);
    } else {
        const auto least = wanted - 1;
        if (given < least) return complain_of("at least ", least);
        if (function.optional_arguments > 0) {
            const auto most = least + static_cast<std::size_t>(function.optional_arguments);
            if (given > most) return complain_of("at most ", most);
        }
    }
    for (std::size_t i = 0; i < given; ++i)
        expect(*call.arguments[i], function.argument_type(i),
               fmt::format("call to function \"{}\"", function.name));
}

} // namespace keepwatch::promql
