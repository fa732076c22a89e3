#include "promql/types.h"

#include "promql/functions/function.h"

namespace keepwatch::promql {

ValueType type_of(const Expr& expr) {
    struct Visitor {
        ValueType operator()(const NumberLiteral&) const { return ValueType::Scalar; }
        ValueType operator()(const StringLiteral&) const { return ValueType::String; }
        ValueType operator()(const VectorSelector& selector) const {
            return selector.is_range() ? ValueType::Matrix : ValueType::Vector;
        }
        ValueType operator()(const Subquery&) const { return ValueType::Matrix; }
        ValueType operator()(const Unary& unary) const { return type_of(*unary.operand); }
        ValueType operator()(const Paren& paren) const { return type_of(*paren.inner); }
        ValueType operator()(const Aggregate&) const { return ValueType::Vector; }
        ValueType operator()(const Call& call) const { return call.function->returns(); }
        ValueType operator()(const Binary& binary) const {
            const bool scalars = type_of(*binary.left) == ValueType::Scalar &&
                                 type_of(*binary.right) == ValueType::Scalar;
            return scalars ? ValueType::Scalar : ValueType::Vector;
        }
    };
    return std::visit(Visitor{}, expr.node);
}

std::string_view documented_name(ValueType type) {
    switch (type) {
    case ValueType::Scalar:
        return "scalar";
    case ValueType::String:
        return "string";
    case ValueType::Vector:
        return "instant vector";
    case ValueType::Matrix:
        return "range vector";
    }
    return {};
}

std::string_view api_name(ValueType type) {
    if (type == ValueType::Vector) return "vector";
    return type == ValueType::Matrix ? "matrix" : documented_name(type);
}

} // namespace keepwatch::promql
