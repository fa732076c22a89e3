#pragma once

#include <memory>
#include <variant>

#include "promql/ast.h"

namespace keepwatch::promql::script {

// Copies a tree with all that it reads fixed to one moment with `@`, except what is fixed already.
class Fixer {
public:
    explicit Fixer(Timestamp t) : t_(t) {}

    ExprPtr fixed(const ExprPtr& expr) const {
        if (!expr) return expr;
        auto copy = std::make_shared<Expr>(*expr);
        std::visit([&](auto& node) { fix(node); }, copy->node);
        return copy;
    }

private:
    static void fix(NumberLiteral&) {}
    static void fix(StringLiteral&) {}
    void fix(VectorSelector& selector) const { fix(selector.shift); }
    void fix(Subquery& subquery) const { fix(subquery.shift); } // Which fixes what is in it.
    void fix(Unary& unary) const { unary.operand = fixed(unary.operand); }
    void fix(Paren& paren) const { paren.inner = fixed(paren.inner); }
    void fix(Binary& binary) const {
        binary.left = fixed(binary.left);
        binary.right = fixed(binary.right);
    }
    void fix(Aggregate& aggregate) const {
        aggregate.operand = fixed(aggregate.operand);
        aggregate.parameter = fixed(aggregate.parameter);
    }
    void fix(Call& call) const {
        for (auto& argument : call.arguments) argument = fixed(argument);
    }
    void fix(Shift& shift) const {
        if (shift.anchor != Shift::Anchor::EvaluationTime) return;
        shift.anchor = Shift::Anchor::Fixed;
        shift.fixed = t_;
    }

    Timestamp t_;
};

} // namespace keepwatch::promql::script
