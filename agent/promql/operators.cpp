#include "promql/operators.h"

#include <algorithm>
#include <array>

namespace keepwatch::promql {
namespace {

// In the order of the enumerations.
constexpr std::array<std::string_view, 18> kBinary{"+",     "-",  "*",  "/",   "%",  "^",
                                                   "atan2", "==", "!=", ">",   "<",  ">=",
                                                   "<=",    "</", ">/", "and", "or", "unless"};
constexpr std::array<std::string_view, 14> kAggregate{
    "sum",    "avg",  "count",   "min",          "max",      "group",  "stddev",
    "stdvar", "topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio"};

template <class Op, class Names>
std::optional<Op> find(const Names& names, std::string_view symbol) {
    const auto at = std::find(names.begin(), names.end(), symbol);
    if (at == names.end()) return std::nullopt;
    return static_cast<Op>(at - names.begin());
}

} // namespace

std::string_view symbol(BinaryOp op) {
    return kBinary[static_cast<std::size_t>(op)];
}
std::string_view symbol(AggregateOp op) {
    return kAggregate[static_cast<std::size_t>(op)];
}
std::optional<BinaryOp> binary_op(std::string_view symbol) {
    return find<BinaryOp>(kBinary, symbol);
}
std::optional<AggregateOp> aggregate_op(std::string_view symbol) {
    return find<AggregateOp>(kAggregate, symbol);
}

int precedence(BinaryOp op) {
    switch (op) {
    case BinaryOp::Or:
        return 1;
    case BinaryOp::And:
    case BinaryOp::Unless:
        return 2;
    case BinaryOp::Add:
    case BinaryOp::Sub:
        return 4;
    case BinaryOp::Mul:
    case BinaryOp::Div:
    case BinaryOp::Mod:
    case BinaryOp::Atan2:
        return 5;
    case BinaryOp::Pow:
        return 6;
    default:
        return 3; // Comparisons, and what trims.
    }
}

bool is_comparison(BinaryOp op) {
    return op >= BinaryOp::Equal && op <= BinaryOp::LessEqual;
}
bool is_trimming(BinaryOp op) {
    return op == BinaryOp::TrimUpper || op == BinaryOp::TrimLower;
}
bool is_arithmetic(BinaryOp op) {
    return op <= BinaryOp::Atan2;
}
bool is_set_operator(BinaryOp op) {
    return op >= BinaryOp::And;
}
bool takes_parameter(AggregateOp op) {
    return op >= AggregateOp::Topk;
}
bool is_experimental(AggregateOp op) {
    return op >= AggregateOp::Limitk;
}

} // namespace keepwatch::promql
