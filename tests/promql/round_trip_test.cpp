#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "promql/functions/function.h"
#include "promql/parse.h"
#include "promql/print.h"

namespace keepwatch::promql {
namespace {

// Writes random expressions, most of them well-typed, in ugly but legal spelling.
class Writer {
public:
    explicit Writer(unsigned seed) : random_(seed) {}

    std::string vector(int depth) {
        if (depth <= 0) return selector() + shift();
        switch (pick(9)) {
        case 0:
            return selector() + shift();
        case 1:
            return "-" + vector(depth - 1);
        case 2:
            return "(" + vector(depth - 1) + " )";
        case 3:
            return vector(depth - 1) + arithmetic() + scalar(depth - 1);
        case 4:
            return scalar(depth - 1) + " ==" + one_of({" ", " bool "}) + vector(depth - 1);
        case 5:
            return vector(depth - 1) + matched() + vector(depth - 1);
        case 6:
            return aggregate(depth - 1);
        default:
            return call(depth - 1);
        }
    }

private:
    std::size_t pick(std::size_t n) { return random_() % n; }
    std::string one_of(const std::vector<std::string>& options) {
        return options[pick(options.size())];
    }

    std::string scalar(int depth) {
        if (depth <= 0)
            return one_of(
                {"1", "-2.5", "0x1f", "1e-9", "1e30", "Inf", "NaN", "5m", "1_000", "1h1ms"});
        switch (pick(4)) {
        case 0:
            return "scalar(" + vector(depth - 1) + ")";
        case 1:
            return "(" + scalar(depth - 1) + arithmetic() + scalar(depth - 1) + ")";
        case 2:
            return "+(" + scalar(depth - 1) + ")";
        default:
            return scalar(0);
        }
    }

    std::string arithmetic() {
        return one_of({"+", " - ", "*", " /", "%", "^", " atan2 ", " ATAN2 "});
    }

    std::string matched() {
        const auto labels = one_of({"()", "(a)", "(a,\"b.c\")", "( on , by, )"});
        switch (pick(4)) {
        case 0:
            return one_of({" and ", " or ", " UNLESS "});
        case 1:
            return " and " + one_of({"on", "ignoring"}) + labels;
        case 2:
            return one_of({"/", " > ", "!= bool "}) + one_of({" on", " ignoring"}) + labels +
                   filled();
        default:
            return " * " + one_of({"on", "ignoring"}) + labels +
                   one_of({"group_left", "group_right"}) + one_of({" ", "()", "(x, y)"}) + filled();
        }
    }

    std::string filled() {
        return one_of({" ", " ", "fill (0)", " fill_left(-2.5)", " fill_right( 1h )",
                       " fill_right(NaN) fill_left(+Inf)"});
    }

    std::string length(int depth) {
        if (depth <= 0) return one_of({"5m", "90", "step()", "Range()", "-1.5", "1h1ms", "0x10"});
        switch (pick(4)) {
        case 0:
            return length(depth - 1) + one_of({"+", " - ", "*", "/", " % ", "^"}) +
                   length(depth - 1);
        case 1:
            return "(" + length(depth - 1) + ")";
        case 2:
            return one_of({"min_of(", "max_of ("}) + length(depth - 1) + "," + length(depth - 1) +
                   ")";
        default:
            return one_of({"-", "+"}) + length(depth - 1);
        }
    }

    std::string selector() {
        return one_of({"up", "a:b", "sum", "offset", "{__name__=~'a.*'}", "{\"with.dot\",a!=\"b\"}",
                       "up{a='b',c=~\"d|e\",f!~`\\d`}", "{\"on\"}", "x{\"l.m\"=\"\\\"\\n\"}"});
    }

    std::string shift() {
        return one_of({"", "", "", " offset 5m", " offset -1h30m", " @ 1.5", " @ start()",
                       " @ end() offset 90", " offset 1w @ -7", " offset -step()", " smoothed",
                       " anchored offset (" + length(2) + ")"});
    }

    std::string matrix(int depth) {
        const auto range = one_of({"5m", "90", "1d", "1h1m1s1ms", length(2)});
        if (pick(3) > 0)
            return selector() + "[" + range + "]" + shift() + one_of({"", " anchored"});
        return "(" + vector(depth) + ")[" + range + ":" + one_of({"", "1m", "15", length(1)}) +
               "]" + one_of({"", " offset " + length(1)});
    }

    std::string aggregate(int depth) {
        const auto grouping =
            one_of({"", " by()", " by (a, \"b.c\")", " without(a,)", " without ()"});
        switch (pick(3)) {
        case 0:
            return one_of({"sum", "AVG", "stddev", "group"}) + "(" + vector(depth) + ")" + grouping;
        case 1:
            return one_of({"topk", "quantile", "limit_ratio"}) + grouping + "(" + scalar(depth) +
                   "," + vector(depth) + ")";
        default:
            return "count_values" + grouping + "('v', " + vector(depth) + ")";
        }
    }

    std::string call(int depth) {
        const auto functions = all_functions();
        const auto& function = functions[pick(functions.size())];
        if (function.returns() != ValueType::Vector) return "abs(" + vector(depth) + ")";
        std::string arguments;
        for (std::size_t i = 0; i < function.argument_count; ++i) {
            if (i > 0) arguments += ",";
            switch (function.argument_type(i)) {
            case ValueType::Scalar:
                arguments += scalar(depth);
                break;
            case ValueType::String:
                arguments += one_of({"'a'", "\"\\\"\"", "`$1`"});
                break;
            case ValueType::Vector:
                arguments += vector(depth);
                break;
            case ValueType::Matrix:
                arguments += matrix(depth);
                break;
            }
        }
        return std::string(function.name) + "(" + arguments + ")";
    }

    std::mt19937 random_;
};

} // namespace

TEST_CASE("promql::print: what it prints is parsed as the same expression") {
    std::size_t parsed = 0;
    for (unsigned seed = 0; seed < 3000; ++seed) {
        const auto text = Writer(seed).vector(4);
        const auto expr = parse(text);
        if (!expr) continue; // Some are ill-typed; the errors have tests of their own.
        ++parsed;
        const auto once = print(**expr);
        const auto again = parse(once);
        REQUIRE_MESSAGE(again, text << "\n" << once << "\n" << again.error().to_string());
        CHECK_MESSAGE(print(**again) == once, text);
    }
    CHECK(parsed > 2000);
}

TEST_CASE("promql::parse: neither crashes nor hangs on cut and crossed texts") {
    std::mt19937 random(1);
    for (unsigned seed = 0; seed < 2000; ++seed) {
        auto text = Writer(seed).vector(3);
        const auto other = Writer(seed + 1).vector(3);
        const auto at = random() % (text.size() + 1);
        text = text.substr(0, at) + other.substr(random() % (other.size() + 1));
        if (!text.empty()) text[random() % text.size()] = static_cast<char>(random() % 256);
        const auto expr = parse(text);
        if (expr) {
            CHECK(parse(print(**expr)));
        } else {
            CHECK(expr.error().at.line > 0);
            CHECK(expr.error().message.starts_with("parse error: "));
        }
    }
}

} // namespace keepwatch::promql
