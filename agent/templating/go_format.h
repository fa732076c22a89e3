#pragma once

#include <span>
#include <string>
#include <string_view>

// The parts of Go's package fmt that templates show to people.
namespace keepwatch::templating {

struct Value;

// Go's %v of a float64: the shortest digits that read back, with an exponent below 1e-4 and from
// 1e6 on: `100000`, `1e+06`, `1.2345675e+06`, `+Inf`.
// https://pkg.go.dev/strconv#FormatFloat, format 'g' with precision -1.
std::string shortest_float(double value);

// %e, %f or %g (or their capitals) with the given number of digits; +Inf, -Inf and NaN as in Go.
std::string float_with_precision(double value, char verb, int precision);

// fmt.Sprintf. What does not fit is said in the text, as in Go: `%!d(string=hi)`, `%!d(MISSING)`,
// `%!(EXTRA int=2)`. A width or precision above kWidthMax reads `%!(BADWIDTH)`.
std::string sprintf(std::string_view format, std::span<const Value> args);
inline constexpr int kWidthMax = 1000;

// fmt.Sprint puts a space between operands when neither is a string; fmt.Sprintln always does.
std::string sprint(std::span<const Value> args);
std::string sprintln(std::span<const Value> args);

} // namespace keepwatch::templating
