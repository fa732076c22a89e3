#pragma once

#include "promql/functions/function.h"

// Functions that make a number of each element's value.
namespace keepwatch::promql::functions {

// math.cpp
double abs(double value, Parameters);
double ceil(double value, Parameters);
double clamp_max(double value, Parameters max);
double clamp_min(double value, Parameters min);
double exp(double value, Parameters);
double floor(double value, Parameters);
double ln(double value, Parameters);
double log10(double value, Parameters);
double log2(double value, Parameters);
double round(double value, Parameters to_nearest);
double sgn(double value, Parameters);
double sqrt(double value, Parameters);

// trigonometry.cpp
double acos(double value, Parameters);
double acosh(double value, Parameters);
double asin(double value, Parameters);
double asinh(double value, Parameters);
double atan(double value, Parameters);
double atanh(double value, Parameters);
double cos(double value, Parameters);
double cosh(double value, Parameters);
double deg(double radians, Parameters);
double rad(double degrees, Parameters);
double sin(double value, Parameters);
double sinh(double value, Parameters);
double tan(double value, Parameters);
double tanh(double value, Parameters);

// calendar.cpp: parts of a date in UTC, given in Unix seconds.
double day_of_month(double seconds, Parameters);
double day_of_week(double seconds, Parameters); // Sunday is 0.
double day_of_year(double seconds, Parameters);
double days_in_month(double seconds, Parameters);
double hour(double seconds, Parameters);
double minute(double seconds, Parameters);
double month(double seconds, Parameters);
double year(double seconds, Parameters);

} // namespace keepwatch::promql::functions
