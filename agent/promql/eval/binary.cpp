#include "promql/eval/binary.h"

#include <fmt/format.h>

#include "promql/eval/arithmetic.h"
#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/operators.h"
#include "promql/types.h"

namespace keepwatch::promql {
namespace {

enum class VectorSide : std::uint8_t { Left, Right };

// `vector > 5`, `100 - vector`. A comparison keeps the element's own value, on whichever side.
Result<VectorValue> with_scalar(Evaluation& evaluation, const Expr& expr, const Moment& now,
                                VectorValue vector, double scalar, VectorSide side) {
    const auto& binary = std::get<Binary>(expr.node);
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
    return renamed(evaluation, expr, now, std::move(vector));
}

// Only native histograms can be trimmed; of floats nothing is left.
Result<VectorValue> trimmed(Evaluation& evaluation, const Expr& expr, const Moment& now) {
    const auto& binary = std::get<Binary>(expr.node);
    bool has_pair = true;
    for (const auto* side : {&binary.left, &binary.right}) {
        if (type_of(**side) == ValueType::Scalar) continue;
        KW_TRY(const auto vector, eval_vector(evaluation, **side, now));
        has_pair = has_pair && !vector.empty();
    }
    if (has_pair)
        evaluation.notes.inform(
            fmt::format("incompatible sample types encountered for binary operator \"{}\": float "
                        "{} float",
                        symbol(binary.op), symbol(binary.op)),
            expr.span);
    return VectorValue();
}

} // namespace

Result<VectorValue> eval_binary(Evaluation& evaluation, const Expr& expr, const Binary& binary,
                                const Moment& now) {
    if (is_trimming(binary.op)) return trimmed(evaluation, expr, now);
    if (type_of(*binary.right) == ValueType::Scalar) {
        KW_TRY(auto vector, eval_vector(evaluation, *binary.left, now));
        KW_TRY(const double scalar, eval_scalar(evaluation, *binary.right, now));
        return with_scalar(evaluation, expr, now, std::move(vector), scalar, VectorSide::Left);
    }
    if (type_of(*binary.left) == ValueType::Scalar) {
        KW_TRY(const double scalar, eval_scalar(evaluation, *binary.left, now));
        KW_TRY(auto vector, eval_vector(evaluation, *binary.right, now));
        return with_scalar(evaluation, expr, now, std::move(vector), scalar, VectorSide::Right);
    }
    KW_TRY(auto left, eval_vector(evaluation, *binary.left, now));
    KW_TRY(auto right, eval_vector(evaluation, *binary.right, now));
    auto& state = evaluation.state<MatchingState>(expr);
    if (is_set_operator(binary.op))
        return checked(evaluation, expr, now,
                       set_operation(binary, state, std::move(left), std::move(right)));
    const auto naming = evaluation.delays_names() ? Naming::Delayed : Naming::AtOnce;
    KW_TRY(auto matched, match_vectors(binary, state, left, right, naming));
    return checked(evaluation, expr, now, std::move(matched));
}

} // namespace keepwatch::promql
