#include "promql/eval/binary.h"
#include "promql/eval/arithmetic.h"
#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/operators.h"
#include "promql/types.h"

namespace keepwatch::promql {
namespace {

enum class VectorSide : std::uint8_t { Left, Right };

// `vector > 5`, `100 - vector`. A comparison keeps the element's own value, on whichever side.
Result<VectorValue> with_scalar(Evaluation& evaluation, const Expr& expr, const Binary& binary,
                                VectorValue vector, double scalar, VectorSide side) {
    std::size_t kept = 0;
    for (auto& element : vector) {
        const double left = side == VectorSide::Left ? element.value : scalar;
        const double right = side == VectorSide::Left ? scalar : element.value;
        const auto holds = compare(binary.op, left, right);
        if (binary.returns_bool)
            element.value = *holds ? 1 : 0;
        else if (!holds)
            element.value = arithmetic(binary.op, left, right);
        else if (!*holds)
            continue;
        if (&vector[kept] != &element) vector[kept] = std::move(element);
        ++kept;
    }
    vector.resize(kept);
    if (is_comparison(binary.op) && !binary.returns_bool) return vector;
    drop_names(evaluation, expr, vector);
    return unique(std::move(vector));
}

} // namespace

Result<VectorValue> eval_binary(Evaluation& evaluation, const Expr& expr, const Binary& binary,
                                const Moment& now) {
    if (type_of(*binary.right) == ValueType::Scalar) {
        KW_TRY(auto vector, eval_vector(evaluation, *binary.left, now));
        KW_TRY(const double scalar, eval_scalar(evaluation, *binary.right, now));
        return with_scalar(evaluation, expr, binary, std::move(vector), scalar, VectorSide::Left);
    }
    if (type_of(*binary.left) == ValueType::Scalar) {
        KW_TRY(const double scalar, eval_scalar(evaluation, *binary.left, now));
        KW_TRY(auto vector, eval_vector(evaluation, *binary.right, now));
        return with_scalar(evaluation, expr, binary, std::move(vector), scalar, VectorSide::Right);
    }
    KW_TRY(auto left, eval_vector(evaluation, *binary.left, now));
    KW_TRY(auto right, eval_vector(evaluation, *binary.right, now));
    auto& state = evaluation.state<MatchingState>(expr);
    if (is_set_operator(binary.op))
        return unique(set_operation(binary, state, std::move(left), std::move(right)));
    KW_TRY(auto matched, match_vectors(binary, state, left, right));
    return unique(std::move(matched));
}

} // namespace keepwatch::promql
