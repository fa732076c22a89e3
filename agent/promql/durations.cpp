#include "promql/durations.h"

#include <algorithm>

namespace keepwatch::promql {
namespace {

// Replaces each formula of a tree by what it gives.
class Computer {
public:
    explicit Computer(const QueryTimes& times) : times_(times) {}

    Result<ExprPtr> computed(const ExprPtr& expr) const {
        if (!expr) return expr;
        auto copy = std::make_shared<Expr>(*expr);
        const auto done = std::visit([&](auto& node) { return compute(node); }, copy->node);
        if (!done) return done.error();
        return ExprPtr(copy);
    }

private:
    static Result<void> compute(NumberLiteral&) { return {}; }
    static Result<void> compute(StringLiteral&) { return {}; }
    Result<void> compute(Unary& unary) const { return replace(unary.operand); }
    Result<void> compute(Paren& paren) const { return replace(paren.inner); }

    Result<void> compute(VectorSelector& selector) const {
        if (auto done = length(selector.range, selector.range_formula); !done) return done;
        return offset(selector.shift);
    }
    Result<void> compute(Subquery& subquery) const {
        if (auto done = offset(subquery.shift); !done) return done;
        if (auto done = length(subquery.step, subquery.step_formula); !done) return done;
        if (auto done = length(subquery.range, subquery.range_formula); !done) return done;
        return replace(subquery.operand);
    }
    Result<void> compute(Binary& binary) const {
        if (auto done = replace(binary.left); !done) return done;
        return replace(binary.right);
    }
    Result<void> compute(Aggregate& aggregate) const {
        if (auto done = replace(aggregate.operand); !done) return done;
        return replace(aggregate.parameter);
    }
    Result<void> compute(Call& call) const {
        for (auto& argument : call.arguments)
            if (auto done = replace(argument); !done) return done;
        return {};
    }

    Result<void> replace(ExprPtr& child) const {
        KW_TRY(child, computed(child));
        return {};
    }
    Result<void> length(Duration& into, FormulaPtr& formula) const {
        if (!formula) return {};
        KW_TRY(const auto computed, compute_length(*formula, times_));
        into = std::max(computed, milliseconds(1)); // Zero would mean that there is none.
        formula = nullptr;
        return {};
    }
    Result<void> offset(Shift& shift) const {
        if (!shift.offset_formula) return {};
        KW_TRY(shift.offset, compute_offset(*shift.offset_formula, times_));
        shift.offset_formula = nullptr;
        return {};
    }

    const QueryTimes& times_;
};

} // namespace

bool has_formulas(const Expr& expr) {
    if (const auto* selector = std::get_if<VectorSelector>(&expr.node))
        return selector->range_formula || selector->shift.offset_formula;
    if (const auto* subquery = std::get_if<Subquery>(&expr.node))
        if (subquery->range_formula || subquery->step_formula || subquery->shift.offset_formula)
            return true;
    bool has = false;
    for_each_child(expr, [&](const Expr& child) { has = has || has_formulas(child); });
    return has;
}

Result<ExprPtr> with_durations(const ExprPtr& expr, const QueryTimes& times) {
    if (!has_formulas(*expr)) return expr;
    return Computer(times).computed(expr);
}

} // namespace keepwatch::promql
