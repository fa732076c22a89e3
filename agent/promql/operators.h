#pragma once

#include <optional>
#include <string_view>

#include "promql/ast.h"

namespace keepwatch::promql {

std::string_view symbol(BinaryOp op); // `+`, `==`, `unless`
std::string_view symbol(AggregateOp op);
std::optional<BinaryOp> binary_op(std::string_view symbol); // In lower case.
std::optional<AggregateOp> aggregate_op(std::string_view symbol);

// From 1, loosest, to 6, tightest; `^` alone groups to the right.
int precedence(BinaryOp op);

bool is_arithmetic(BinaryOp op); // Makes a new value, so that the metric's name goes.
bool is_comparison(BinaryOp op);
bool is_trimming(BinaryOp op);
bool is_set_operator(BinaryOp op);
bool takes_parameter(AggregateOp op);
bool is_experimental(AggregateOp op);

} // namespace keepwatch::promql
