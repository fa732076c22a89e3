#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"

namespace keepwatch::promql {

// A minus computes, and so takes the metric's name; a plus does nothing at all.
Result<VectorValue> eval_unary(Evaluation& evaluation, const Expr& expr, const Unary& unary,
                               const Moment& now) {
    KW_TRY(auto vector, eval_vector(evaluation, *unary.operand, now));
    if (!unary.is_negative) return vector;
    for (auto& element : vector) element.value = -element.value;
    return renamed(evaluation, expr, now, std::move(vector));
}

} // namespace keepwatch::promql
