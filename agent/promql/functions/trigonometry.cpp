#include <cmath>
#include <numbers>

#include "promql/functions/element.h"

namespace keepwatch::promql::functions {

double acos(double value, Parameters) {
    return std::acos(value);
}
double acosh(double value, Parameters) {
    return std::acosh(value);
}
double asin(double value, Parameters) {
    return std::asin(value);
}
double asinh(double value, Parameters) {
    return std::asinh(value);
}
double atan(double value, Parameters) {
    return std::atan(value);
}
double atanh(double value, Parameters) {
    return std::atanh(value);
}
double cos(double value, Parameters) {
    return std::cos(value);
}
double cosh(double value, Parameters) {
    return std::cosh(value);
}
double deg(double radians, Parameters) {
    return radians * (180 / std::numbers::pi);
}
double rad(double degrees, Parameters) {
    return degrees * (std::numbers::pi / 180);
}
double sin(double value, Parameters) {
    return std::sin(value);
}
double sinh(double value, Parameters) {
    return std::sinh(value);
}
double tan(double value, Parameters) {
    return std::tan(value);
}
double tanh(double value, Parameters) {
    return std::tanh(value);
}

} // namespace keepwatch::promql::functions
