#include <doctest/doctest.h>

#include <limits>

#include "templating/go_format.h"
#include "templating/value.h"

using namespace keepwatch;
using namespace keepwatch::templating;

namespace {

template <class... T> std::string format(std::string_view pattern, T... values) {
    const std::vector<Value> args{Value{values}...};
    return sprintf(pattern, args);
}

std::int64_t n(std::int64_t value) {
    return value;
}
std::string s(const char* text) {
    return text;
}

} // namespace

TEST_CASE("templating::shortest_float: digits and exponents are Go's %v") {
    CHECK(shortest_float(0) == "0");
    CHECK(shortest_float(-0.0) == "-0");
    CHECK(shortest_float(100000) == "100000");
    CHECK(shortest_float(1e6) == "1e+06");
    CHECK(shortest_float(123456789) == "1.23456789e+08");
    CHECK(shortest_float(999999.9) == "999999.9");
    CHECK(shortest_float(0.0001) == "0.0001");
    CHECK(shortest_float(0.00001) == "1e-05");
    CHECK(shortest_float(1e100) == "1e+100");
    CHECK(shortest_float(std::numeric_limits<double>::infinity()) == "+Inf");
    CHECK(shortest_float(-std::numeric_limits<double>::infinity()) == "-Inf");
    CHECK(shortest_float(std::numeric_limits<double>::quiet_NaN()) == "NaN");
}

TEST_CASE("templating::sprintf: verbs, widths and precisions are Go's") {
    CHECK(format("%.2f|%10.1f|%-8s|%q|%x", 1234567.5, 1234567.5, s("a"), s("b\""), s("hi")) ==
          "1234567.50| 1234567.5|a       |\"b\\\"\"|6869");
    CHECK(format("%5d|%05d|%+d|% d|%-5d|", n(5), n(-5), n(5), n(5), n(5)) ==
          "    5|-0005|+5| 5|5    |");
    CHECK(format("%x %X %#x %o %b %c %U %q", n(255), n(255), n(255), n(8), n(5), n(65), n(65),
                 n(65)) == "ff FF 0xff 10 101 A U+0041 'A'");
    CHECK(format("%g %e %E %G %.3g %08.3f", 1234567.5, 1234567.5, 1234567.5, 1234567.5, 1234.5,
                 3.14159) ==
          "1.2345675e+06 1.234568e+06 1.234568E+06 1.2345675E+06 1.23e+03 0003.142");
    CHECK(format("%v %v %t %5t|%-6t|", n(3), 1e6, true, true, false) ==
          "3 1e+06 true  true|false |");
    CHECK(format("%.3s|%6s|%*d|%T", s("abcdef"), s("éb"), n(4), n(3), 1.5) ==
          "abc|    éb|   3|float64");
    CHECK(format("%6.2f%%", 12.345) == " 12.35%");
}

TEST_CASE("templating::sprintf: what does not fit is said in the text") {
    CHECK(format("%d", 1.5) == "%!d(float64=1.5)");
    CHECK(format("%s", n(5)) == "%!s(int=5)");
    CHECK(format("%t", n(5)) == "%!t(int=5)");
    CHECK(format("%z", n(1)) == "%!z(int=1)");
    CHECK(format("%f", s("a")) == "%!f(string=a)");
    CHECK(format("%d") == "%!d(MISSING)");
    CHECK(format("%d", n(1), n(2), s("x")) == "1%!(EXTRA int=2, string=x)");
    CHECK(format("%v %d", std::monostate(), std::monostate()) == "<nil> %!d(<nil>)");
    CHECK(format("100%") == "100%!(NOVERB)");
    CHECK(format("%5000d", n(1)) == "%!(BADWIDTH)1");
}

TEST_CASE("templating::sprintf: zeros never enter what is not a number") {
    CHECK(format("%06.1f|%06.1f", std::numeric_limits<double>::infinity(), -2.0) ==
          "  +Inf|-002.0");
}
