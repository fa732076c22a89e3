#include "model/number.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include <doctest/doctest.h>

using namespace keepwatch;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string parse(std::string_view text) {
    const auto value = parse_number(text);
    return value ? format_number_go(*value) : "refused";
}

} // namespace

TEST_CASE("model::format_number: never has an exponent") {
    CHECK(format_number(0.1) == "0.1");
    CHECK(format_number(1e6) == "1000000");
    CHECK(format_number(1e21) == "1000000000000000000000");
    CHECK(format_number(9007199254740992) == "9007199254740992"); // 2^53.
    CHECK(format_number(9007199254740994) == "9007199254740994");
    CHECK(format_number(9223372036854775807.0) == "9223372036854776000"); // No digit that is noise.
    CHECK(format_number(-1e23) == "-100000000000000000000000");
    CHECK(format_number(1e-7) == "0.0000001");
    CHECK(format_number(-0.0) == "-0");
    CHECK(format_number(kInf) == "+Inf");
    CHECK(format_number(-kInf) == "-Inf");
    CHECK(format_number(-kNaN) == "NaN");
    CHECK(format_number(-5e-324).size() == 327);
    CHECK(format_number(-std::numeric_limits<double>::max()).size() == 310);
}

TEST_CASE("model::format_number_go: has an exponent below 1e-4 and from a million on") {
    CHECK(format_number_go(999999.5) == "999999.5");
    CHECK(format_number_go(1e6) == "1e+06");
    CHECK(format_number_go(1234567) == "1.234567e+06");
    CHECK(format_number_go(-123456789.125) == "-1.23456789125e+08");
    CHECK(format_number_go(0.0001) == "0.0001");
    CHECK(format_number_go(0.00012) == "0.00012");
    CHECK(format_number_go(0.00001) == "1e-05");
    CHECK(format_number_go(1e100) == "1e+100");
    CHECK(format_number_go(0) == "0");
    CHECK(format_number_go(kNaN) == "NaN");
}

TEST_CASE("model::parse_number: takes what Go's ParseFloat takes") {
    CHECK(parse("1") == "1");
    CHECK(parse("+1") == "1");
    CHECK(parse("-0") == "-0");
    CHECK(parse("00012") == "12");
    CHECK(parse("1.") == "1");
    CHECK(parse(".5") == "0.5");
    CHECK(parse("3.3554432E7") == "3.3554432e+07");
    CHECK(parse("1e+2") == "100");
    CHECK(parse("inf") == "+Inf");
    CHECK(parse("-INF") == "-Inf");
    CHECK(parse("+Infinity") == "+Inf");
    CHECK(parse("nan") == "NaN");
    CHECK(parse("5e-324") == "5e-324");
}

TEST_CASE("model::parse_number: what is too small is nothing, what is too large is refused") {
    CHECK(parse("2e-324") == "0");
    CHECK(parse("-1e-400") == "-0");
    CHECK(parse("0.0000001e-320") == "0");
    CHECK(parse("1e-99999999999999999999") == "0");
    CHECK(parse("0." + std::string(400, '0') + "1") == "0");
    CHECK(parse("1e400") == "refused");
    CHECK(parse("0.001e400") == "refused");
    CHECK(parse("1e99999999999999999999") == "refused");
    CHECK(parse("1" + std::string(400, '0')) == "refused");
    CHECK(parse("0e99999") == "0");
}

TEST_CASE("model::parse_number: refuses the rest") {
    for (const auto* text :
         {"",   "+",   "-",   ".",    "e",    "1e",    "1e+", "0x1", "0x1p4", "1_0", " 1",
          "1 ", "--1", "+-1", "+nan", "-NaN", "infin", "in",  "1,5", "1f",    "١"})
        CHECK_MESSAGE(parse(text) == "refused", text);
}

TEST_CASE("model::parse_number: reads back what format_number and format_number_go wrote") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 20'000; ++i) {
        const auto value = std::bit_cast<double>(random());
        if (std::isnan(value)) continue;
        REQUIRE(parse_number(format_number(value)) == value);
        REQUIRE(parse_number(format_number_go(value)) == value);
    }
}
