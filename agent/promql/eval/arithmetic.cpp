#include "promql/eval/arithmetic.h"

#include <cmath>
#include <limits>

namespace keepwatch::promql {

double arithmetic(BinaryOp op, double left, double right) {
    switch (op) {
    case BinaryOp::Add:
        return left + right;
    case BinaryOp::Sub:
        return left - right;
    case BinaryOp::Mul:
        return left * right;
    case BinaryOp::Div:
        return left / right;
    case BinaryOp::Mod:
        return std::fmod(left, right);
    case BinaryOp::Pow:
        return std::pow(left, right);
    case BinaryOp::Atan2:
        return std::atan2(left, right);
    default:
        return std::numeric_limits<double>::quiet_NaN();
    }
}

double larger(double left, double right) {
    const double infinity = std::numeric_limits<double>::infinity();
    if (left == infinity || right == infinity) return infinity;
    if (std::isnan(left) || std::isnan(right)) return std::numeric_limits<double>::quiet_NaN();
    if (left == right) return std::signbit(left) ? right : left;
    return left > right ? left : right;
}

double smaller(double left, double right) {
    return -larger(-left, -right);
}

std::optional<bool> compare(BinaryOp op, double left, double right) {
    switch (op) {
    case BinaryOp::Equal:
        return left == right;
    case BinaryOp::NotEqual:
        return left != right;
    case BinaryOp::Greater:
        return left > right;
    case BinaryOp::Less:
        return left < right;
    case BinaryOp::GreaterEqual:
        return left >= right;
    case BinaryOp::LessEqual:
        return left <= right;
    default:
        return std::nullopt;
    }
}

} // namespace keepwatch::promql
