#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "promql/ast.h"
#include "promql/eval/evaluation.h"
#include "promql/functions/function.h"
#include "promql/value.h"

namespace keepwatch::promql {

// The value of an expression at a moment, by its type; type_of() says which of them to ask. Each
// kind of node has a file of its own, these only pick among them.
Result<double> eval_scalar(Evaluation& evaluation, const Expr& expr, const Moment& now);
Result<VectorValue> eval_vector(Evaluation& evaluation, const Expr& expr, const Moment& now);
std::string eval_string(const Expr& expr);

// Visits the windows of a range vector that are not empty, series by series. A window and its
// labels are valid during the call only.
using WindowVisitor = std::function<void(const Labels&, const Window&)>;
Result<void> for_each_window(Evaluation& evaluation, const Expr& expr, const Moment& now,
                             const WindowVisitor& visit);

enum class Take : std::uint8_t { SampleValue, SampleTime };
Result<VectorValue> eval_selector(Evaluation& evaluation, const Expr& expr,
                                  const VectorSelector& selector, const Moment& now,
                                  Take take = Take::SampleValue);
Result<void> selector_windows(Evaluation& evaluation, const Expr& expr,
                              const VectorSelector& selector, const Moment& now,
                              const WindowVisitor& visit);
Result<void> subquery_windows(Evaluation& evaluation, const Expr& expr, const Subquery& subquery,
                              const Moment& now, const WindowVisitor& visit);
Result<VectorValue> eval_unary(Evaluation& evaluation, const Expr& expr, const Unary& unary,
                               const Moment& now);
Result<VectorValue> eval_binary(Evaluation& evaluation, const Expr& expr, const Binary& binary,
                                const Moment& now);
Result<VectorValue> eval_aggregate(Evaluation& evaluation, const Expr& expr,
                                   const Aggregate& aggregate, const Moment& now);
// Why the function cannot take a range vector that is `anchored` or `smoothed`, if it cannot.
std::optional<Error> check_extension(const Call& call, const Expr& range);
Result<VectorValue> eval_call(Evaluation& evaluation, const Expr& expr, const Call& call,
                              const Moment& now);
Result<double> eval_scalar_call(Evaluation& evaluation, const Expr& expr, const Call& call,
                                const Moment& now);

} // namespace keepwatch::promql
