#include "serve/expr_json.h"

#include <utility>

#include "model/number.h"
#include "promql/functions/function.h"
#include "promql/operators.h"
#include "promql/types.h"

namespace keepwatch::serve {
namespace {

using promql::DurationFormula;
using promql::Matching;
using promql::Shift;
using promql::ValueType;

json::value child(const promql::ExprPtr& expr) {
    if (!expr) return nullptr;
    return to_json(*expr);
}

json::array list(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) array.push_back(to_json(std::string_view(text)));
    return array;
}

json::value number(const std::optional<double>& value) {
    if (!value) return nullptr;
    return to_json(*value);
}

json::array matchers(const promql::VectorSelector& selector) {
    json::array array;
    for (const auto& matcher : selector.matchers) {
        json::object object;
        object["name"] = to_json(std::string_view(matcher.name()));
        object["type"] = series::symbol(matcher.op());
        object["value"] = to_json(std::string_view(matcher.value()));
        array.push_back(std::move(object));
    }
    return array;
}

std::string_view cardinality(Matching::Cardinality cardinality) {
    switch (cardinality) {
    case Matching::Cardinality::OneToOne:
        return "one-to-one";
    case Matching::Cardinality::ManyToOne:
        return "many-to-one";
    case Matching::Cardinality::OneToMany:
        return "one-to-many";
    case Matching::Cardinality::ManyToMany:
        break;
    }
    return "many-to-many";
}

json::value formula(const promql::FormulaPtr& formula_of) {
    if (!formula_of) return nullptr;
    json::object object;
    if (formula_of->op == DurationFormula::Op::Literal) {
        object["type"] = "numberLiteral";
        object["val"] = format_number(formula_of->seconds);
        object["duration"] = formula_of->is_duration;
        return object;
    }
    object["type"] = "durationExpr";
    object["op"] = promql::symbol(formula_of->op);
    object["lhs"] = formula(formula_of->left);
    object["rhs"] = formula(formula_of->right);
    object["wrapped"] = formula_of->in_parens;
    return object;
}

void add_shift(json::object& object, const Shift& shift) {
    object["offset"] = shift.offset.ms;
    object["offsetExpr"] = formula(shift.offset_formula);
    object["timestamp"] = nullptr;
    object["startOrEnd"] = nullptr;
    if (shift.anchor == Shift::Anchor::Fixed) object["timestamp"] = shift.fixed.ms;
    if (shift.anchor == Shift::Anchor::QueryStart) object["startOrEnd"] = "start";
    if (shift.anchor == Shift::Anchor::QueryEnd) object["startOrEnd"] = "end";
}

json::object signature(const promql::Function& function) {
    json::array types;
    for (std::size_t i = 0; i < function.argument_count; ++i)
        types.push_back(json::value(promql::api_name(function.argument_types[i])));
    json::object object;
    object["name"] = function.name;
    object["argTypes"] = std::move(types);
    object["variadic"] = function.optional_arguments;
    object["returnType"] = promql::api_name(function.returns());
    return object;
}

struct Visitor {
    json::value operator()(const promql::NumberLiteral& literal) const {
        return json::object{{"type", "numberLiteral"}, {"val", format_number(literal.value)}};
    }
    json::value operator()(const promql::StringLiteral& literal) const {
        return json::object{{"type", "stringLiteral"},
                            {"val", to_json(std::string_view(literal.text))}};
    }
    json::value operator()(const promql::VectorSelector& selector) const {
        json::object object;
        object["type"] = selector.is_range() ? "matrixSelector" : "vectorSelector";
        object["name"] = to_json(std::string_view(selector.metric));
        if (selector.is_range()) {
            object["range"] = selector.range.ms;
            object["rangeExpr"] = formula(selector.range_formula);
        }
        add_shift(object, selector.shift);
        object["matchers"] = matchers(selector);
        object["anchored"] = selector.extension == promql::Extension::Anchored;
        object["smoothed"] = selector.extension == promql::Extension::Smoothed;
        return object;
    }
    json::value operator()(const promql::Subquery& subquery) const {
        json::object object;
        object["type"] = "subquery";
        object["expr"] = child(subquery.operand);
        object["range"] = subquery.range.ms;
        object["rangeExpr"] = formula(subquery.range_formula);
        add_shift(object, subquery.shift);
        object["step"] = subquery.step.ms;
        object["stepExpr"] = formula(subquery.step_formula);
        return object;
    }
    json::value operator()(const promql::Unary& unary) const {
        json::object object;
        object["type"] = "unaryExpr";
        object["op"] = unary.is_negative ? "-" : "+";
        object["expr"] = child(unary.operand);
        return object;
    }
    json::value operator()(const promql::Binary& binary) const {
        json::object object;
        object["type"] = "binaryExpr";
        object["op"] = promql::symbol(binary.op);
        object["lhs"] = child(binary.left);
        object["rhs"] = child(binary.right);
        object["matching"] = nullptr;
        const bool vectors = promql::type_of(*binary.left) == ValueType::Vector &&
                             promql::type_of(*binary.right) == ValueType::Vector;
        if (vectors) object["matching"] = matching(binary);
        object["bool"] = binary.returns_bool;
        return object;
    }
    json::value operator()(const promql::Aggregate& aggregate) const {
        json::object object;
        object["type"] = "aggregation";
        object["op"] = promql::symbol(aggregate.op);
        object["expr"] = child(aggregate.operand);
        object["param"] = child(aggregate.parameter);
        object["grouping"] = list(aggregate.labels);
        object["without"] = aggregate.is_without;
        return object;
    }
    json::value operator()(const promql::Call& call) const {
        json::array arguments;
        for (const auto& argument : call.arguments) arguments.push_back(child(argument));
        json::object object;
        object["type"] = "call";
        object["func"] = signature(*call.function);
        object["args"] = std::move(arguments);
        return object;
    }
    json::value operator()(const promql::Paren& paren) const {
        json::object object;
        object["type"] = "parenExpr";
        object["expr"] = child(paren.inner);
        return object;
    }

    static json::value matching(const promql::Binary& binary) {
        const auto& how = binary.matching;
        json::object fill;
        fill["lhs"] = number(how.fill_left);
        fill["rhs"] = number(how.fill_right);
        json::object object;
        object["card"] = cardinality(how.cardinality);
        object["labels"] = list(how.labels);
        object["on"] = how.is_on;
        object["include"] = list(how.include);
        object["fillValues"] = std::move(fill);
        return object;
    }
};

} // namespace

json::value to_json(const promql::Expr& expr) {
    return std::visit(Visitor(), expr.node);
}

} // namespace keepwatch::serve
