#include <algorithm>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "promql/parse.h"
#include "promql/print.h"
#include "promql/types.h"

namespace keepwatch::promql {
namespace {

std::string printed(std::string_view text) {
    const auto expr = parse(text);
    return expr ? print(**expr) : "error: " + expr.error().to_string();
}

std::string error_of(std::string_view text) {
    const auto expr = parse(text);
    return expr ? "parsed as " + print(**expr) : expr.error().to_string();
}

std::string nested(std::size_t levels) {
    return std::string(levels, '(') + "1" + std::string(levels, ')');
}

std::string chained(std::size_t terms) {
    std::string text = "1";
    for (std::size_t i = 1; i < terms; ++i) text += "+1";
    return text;
}

} // namespace

TEST_CASE("promql::print: is canonical") {
    CHECK(printed("up") == "up");
    CHECK(printed(" up { job = 'a' , b!=`c` } ") == "up{b!=\"c\",job=\"a\"}");
    CHECK(printed("{__name__=\"up\"}") == "{__name__=\"up\"}");
    CHECK(printed("{__name__=~\"a|b\",x!~\"y\"}") == "{__name__=~\"a|b\",x!~\"y\"}");
    CHECK(printed("{\"metric.name\", \"label.x\"=\"v\"}") ==
          "{\"label.x\"=\"v\",__name__=\"metric.name\"}");
    CHECK(printed("{\"up\", a=\"b\",}") == "{__name__=\"up\",a=\"b\"}");
    CHECK(printed("{'on'}") == "{__name__=\"on\"}");
    CHECK(printed("x[5m] offset 1h30m @ 12.5") == "x[5m] @ 12.500 offset 1h30m");
    CHECK(printed("x OFFSET -5m @ end()") == "x @ end() offset -5m");
    CHECK(printed("x[90s]") == "x[1m30s]");
    CHECK(printed("x[90] offset 60") == "x[1m30s] offset 1m");
    CHECK(printed("rate(x[5m])[1h:] @ start()") == "rate(x[5m])[1h:] @ start()");
    CHECK(printed("x[1d:30s]offset 1w") == "x[1d:30s] offset 1w");
    CHECK(printed("sum(x)by(a,b)") == "sum by (a, b) (x)");
    CHECK(printed("sum by()(x)") == "sum(x)");
    CHECK(printed("SUM WITHOUT () (x)") == "sum without () (x)");
    CHECK(printed("topk by (\"a.b\") (3, x)") == "topk by (\"a.b\") (3, x)");
    CHECK(printed("count_values('v', x)") == "count_values(\"v\", x)");
    CHECK(printed("a+b*c^d^-e") == "a + b * c ^ d ^ -e");
    CHECK(printed("-1^2") == "-1 ^ 2");
    CHECK(printed("- a") == "-a");
    CHECK(printed("- 5m") == "-5m");
    CHECK(printed("a == bool on(x) group_left(y) b") == "a == bool on (x) group_left (y) b");
    CHECK(printed("a / ignoring (x) group_right b") == "a / ignoring (x) group_right () b");
    CHECK(printed("a and on() b") == "a and on () b");
    CHECK(printed("a ATAN2 b") == "a atan2 b");
    CHECK(printed("(a)") == "(a)");
    CHECK(printed("0x1F + 1e3 + .5 + 1_000 + 010 + Inf + nan") ==
          "31 + 1000 + 0.5 + 1000 + 8 + +Inf + NaN");
    CHECK(printed("1e30") == "1000000000000000000000000000000");
    CHECK(printed("label_replace(a, \"b\", \"$1\\n\", 'c\"', `\\d`)") ==
          "label_replace(a, \"b\", \"$1\\n\", \"c\\\"\", \"\\\\d\")");
    CHECK(printed("\"\\u00e9\\x41\\101\"") == "\"\u00e9AA\"");
    CHECK(printed("a # comment\n + b") == "a + b");
    CHECK(printed("time()") == "time()");
    CHECK(printed("round(x, 5)") == "round(x, 5)");
    CHECK(printed("sum + by + start + and") == "sum + by + start + and");
    CHECK(printed("a:b:c{}") == "a:b:c");
}

TEST_CASE("promql::print: lengths of time as they are written") {
    CHECK(printed("x[ 5m*(2+step()) ]") == "x[5m * (2 + step())]");
    CHECK(printed("x[((5m))]") == "x[(5m)]");
    CHECK(printed("x[-(5m)+range()^2]") == "x[-(5m) + range() ^ 2]");
    CHECK(printed("x[90 % 60:-5+10]") == "x[90 % 60:-5 + 10]");
    CHECK(printed("x[MIN_OF(step(),1h):max_of(1,2s)]") == "x[min_of(step(), 1h):max_of(1, 2s)]");
    CHECK(printed("x offset -step()") == "x offset -step()");
    CHECK(printed("x offset (5m)") == "x offset (5m)");
    CHECK(printed("x offset +(5m+1) @ 5") == "x @ 5.000 offset (5m + 1)");
    CHECK(printed("x offset -+1/.5") ==
          "x offset (-1 / 0.5)"); // Else the rest is not of the offset.
    CHECK(printed("x offset (1m)/2") == "x offset (1m) / 2");
    CHECK(printed("x[- -5m]") == "x[5m]");
    CHECK(printed("-step() + min_of(1, range())") == "-step() + min_of(1, range())");
    CHECK(printed("step + range + max_of") == "step + range + max_of");
}

TEST_CASE("promql::print: extensions and fillings") {
    CHECK(printed("rate(x[5m]Anchored)") == "rate(x[5m] anchored)");
    CHECK(printed("rate(x anchored[5m])") == "rate(x[5m] anchored)");
    CHECK(printed("x smoothed offset 5m @ 3") == "x @ 3.000 smoothed offset 5m");
    CHECK(printed("rate(x[5m] @ 3 smoothed)") == "rate(x[5m] smoothed @ 3.000)");
    CHECK(printed("smoothed + anchored") == "smoothed + anchored");
    CHECK(printed("a + fill ( 0 ) b") == "a + fill (0) b");
    CHECK(printed("a + on(x) group_left fill_right(-1e9)fill_left(5m) b") ==
          "a + on (x) group_left () fill_left (300) fill_right (-1e+09) b");
    CHECK(printed("fill_left + fill_right") == "fill_left + fill_right");
    CHECK(printed("a </ 5 >/ b") == "a </ 5 >/ b");
}

TEST_CASE("promql::parse: precedence and grouping") {
    const auto shape = [](std::string_view text) {
        const auto expr = parse(text);
        REQUIRE(expr);
        const auto& binary = std::get<Binary>((*expr)->node);
        return print(*binary.left) + " | " + print(*binary.right);
    };
    CHECK(shape("a + b * c") == "a | b * c");
    CHECK(shape("a * b + c") == "a * b | c");
    CHECK(shape("a - b - c") == "a - b | c");
    CHECK(shape("a ^ b ^ c") == "a | b ^ c");
    CHECK(shape("a or b and c unless d") == "a | b and c unless d");
    CHECK(shape("a == b + c") == "a | b + c");
    CHECK(shape("a and b == c") == "a | b == c");
    CHECK(shape("-a ^ b * c") == "-a ^ b | c");
    CHECK(shape("a + b offset 5m") == "a | b offset 5m");
    CHECK(shape("a % b atan2 c") == "a % b | c");
}

TEST_CASE("promql::parse: errors have a place and Prometheus's words") {
    CHECK(error_of("") == "1:1: parse error: no expression found in input");
    CHECK(error_of("# nothing") == "1:1: parse error: no expression found in input");
    CHECK(error_of("1+") == "1:3: parse error: unexpected end of input");
    CHECK(error_of("a +\n  * b") == "2:3: parse error: unexpected <op:*>");
    CHECK(error_of("foo bar") == "1:5: parse error: unexpected identifier \"bar\"");
    CHECK(error_of("(1))") == "1:5: parse error: unexpected right parenthesis ')'");
    CHECK(error_of("((1)") == "1:5: parse error: unclosed left parenthesis");
    CHECK(error_of("foo[5m") == "1:7: parse error: unclosed left bracket");
    CHECK(error_of("}") == "1:1: parse error: unexpected character: '}'");
    CHECK(error_of("a ~ b") == "1:3: parse error: unexpected character: '~'");
    CHECK(error_of("1 !~ 1") == "1:3: parse error: unexpected character after '!': '~'");
    CHECK(error_of("1 =~ 1") == "1:3: parse error: unexpected character after '=': '~'");
    CHECK(error_of("a = b") == "1:3: parse error: unexpected \"=\"");
    CHECK(error_of("some{") == "1:6: parse error: unexpected end of input inside braces");
    CHECK(error_of("some{a=b}") ==
          "1:8: parse error: unexpected identifier \"b\" in label matching, expected string");
    CHECK(error_of("some{a:b=\"b\"}") ==
          "1:7: parse error: unexpected character inside braces: ':'");
    CHECK(error_of("foo{gibberish}") == "1:14: parse error: unexpected \"}\" in label matching, "
                                        "expected label matching operator");
    CHECK(error_of("foo{,}") ==
          "1:5: parse error: unexpected \",\" in label matching, expected identifier or \"}\"");
    CHECK(error_of("foo{a=\"b\" lol}") == "1:11: parse error: unexpected identifier \"lol\" in "
                                          "label matching, expected \",\" or \"}\"");
    CHECK(error_of("{}") ==
          "1:1: parse error: vector selector must contain at least one non-empty matcher");
    CHECK(error_of("{x=~\".*\"}") ==
          "1:1: parse error: vector selector must contain at least one non-empty matcher");
    CHECK(error_of("foo{__name__=\"bar\"}") ==
          "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\"");
    CHECK(error_of("2.5.") == "1:1: parse error: bad number or duration syntax: \"2.5.\"");
    CHECK(error_of("0deadbeef") == "1:1: parse error: bad number or duration syntax: \"0de\"");
    CHECK(error_of("foo[5mm]") == "1:5: parse error: bad number or duration syntax: \"5mm\"");
    CHECK(error_of("foo[0m]") == "1:5: parse error: duration must be greater than 0");
    CHECK(error_of("foo[5m]  offset") ==
          "1:16: parse error: unexpected end of input in offset, expected number, duration, "
          "step(), or range()");
    CHECK(error_of("foo offset 1m offset 2m") ==
          "1:1: parse error: offset may not be set multiple times");
    CHECK(error_of("1 offset 1d") ==
          "1:1: parse error: offset modifier must be preceded by an instant vector selector or "
          "range vector selector or a subquery");
    CHECK(error_of("rate(foo[5m]) @ 1") ==
          "1:1: parse error: @ modifier must be preceded by an instant vector selector or range "
          "vector selector or a subquery");
    CHECK(error_of("foo @ 1 @ 2") ==
          "1:1: parse error: @ <timestamp> may not be set multiple times");
    CHECK(error_of("foo offset 1m[5m]") ==
          "1:14: parse error: no offset modifiers allowed before range");
    CHECK(error_of("(foo + bar)[5m]") ==
          "1:12: parse error: ranges only allowed for vector selectors");
    CHECK(error_of("foo[5m][5m:]") == "1:1: parse error: subquery is only allowed on instant "
                                      "vector, got matrix instead");
    CHECK(error_of("\"\\x.\"") ==
          "1:1: parse error: illegal character U+002E '.' in escape sequence");
    CHECK(error_of("{a=~\"[\"}") ==
          "1:2: parse error: error parsing regexp: missing closing ]: `[`");
    CHECK(error_of("some +\n foo{a=}") ==
          "2:8: parse error: unexpected \"}\" in label matching, expected string");
    CHECK(error_of("foo @ Inf") ==
          "1:1: parse error: timestamp out of bounds for @ modifier: +Inf");
    CHECK(error_of("foo @ start") ==
          "1:12: parse error: unexpected end of input in @, expected timestamp");
    CHECK(error_of("1.2.3") == "1:1: parse error: bad number or duration syntax: \"1.2.\"");
    CHECK(error_of("1e400") == "1:1: parse error: error parsing number: strconv.ParseFloat: "
                               "parsing \"1e400\": value out of range");
    CHECK(error_of("1 ! = 2") == "1:3: parse error: unexpected character after '!': ' '");
    CHECK(error_of("1 !") == "1:3: parse error: unexpected character after '!': '\ufffd'");
    CHECK(error_of("a\x01") == "1:2: parse error: unexpected character: '\\x01'");
    CHECK(error_of("\"hello") == "1:1: parse error: unterminated quoted string");
    CHECK(error_of("'\\c'") == "1:1: parse error: unknown escape sequence U+0063 'c'");
    CHECK(error_of("\"\xff\"") == "1:1: parse error: invalid UTF-8 rune");
}

TEST_CASE("promql::parse: every error names line, column and what is wrong there") {
    constexpr std::string_view broken = R"(
(            | foo{         | foo{a}       | foo{a=}      | foo{a='b' c='d'} | {}         | foo[
foo[]        | foo[5m:      | foo[5m][1]   | foo offset   | foo @            | foo @ x    | rate()
rate(foo)    | sum(1)       | sum by foo   | topk(foo)    | nothing()        | foo and 1  | 1 == 1
'a           | '\q'         | 0x           | 1__0         | $                | foo = bar  | 1 2
foo[0s]      | foo))        | by (         | sum(foo,)    | foo{a=~'('}      | min_of(1)  | foo[5m] + 1
foo + fill() bar | foo offset 1m offset 2m | foo[5m] smoothed anchored)";
    std::size_t count = 0;
    for (std::size_t begin = 1; begin < broken.size(); ++count) {
        const auto end = std::min(broken.find_first_of("|\n", begin), broken.size());
        const auto text = broken.substr(begin, end - begin);
        begin = end + 1;
        const auto parsed = parse("\n\n" + std::string(text)); // Lines are counted.
        REQUIRE_MESSAGE(!parsed, text);
        const auto& error = parsed.error();
        CHECK_MESSAGE(error.kind == ErrorKind::InvalidInput, text);
        CHECK_MESSAGE(error.at.line == 3, text);
        CHECK_MESSAGE(error.at.column >= 1, text);
        CHECK_MESSAGE(error.message.starts_with("parse error: "), text);
        CHECK_MESSAGE(error.message.size() > 15, text);
    }
    CHECK(count == 38);
}

TEST_CASE("promql::parse: errors in lengths of time") {
    CHECK(error_of("foo[]") == "1:5: parse error: unexpected \"]\" in subquery or range selector, "
                               "expected number, duration, step(), or range()");
    CHECK(error_of("foo[5m 1m]") == "1:8: parse error: unexpected duration \"1m\" in subquery or "
                                    "range, expected \":\" or \"]\"");
    CHECK(error_of("foo[5m:*]") == "1:8: parse error: unexpected <op:*> in subquery selector, "
                                   "expected number, duration, step(), range(), or \"]\"");
    CHECK(error_of("foo[5m:1m,]") ==
          "1:10: parse error: unexpected \",\" in subquery selector, expected \"]\"");
    CHECK(error_of("foo[5m+]") == "1:8: parse error: unexpected \"]\" in subquery or range "
                                  "selector, expected number, duration, step(), or range()");
    CHECK(error_of("foo[:]") ==
          "1:6: parse error: unexpected colon before duration in duration expression");
    CHECK(error_of("foo[step():1m:]") == "1:14: parse error: unexpected colon ':'");
    CHECK(error_of("foo[x]") ==
          "1:5: parse error: unexpected character in duration expression: 'x'");
    CHECK(error_of("foo[5s x]") == "1:8: parse error: unexpected character: 'x', expected ':'");
    CHECK(error_of("foo[step]") == "1:9: parse error: unexpected \"]\" in subquery or range "
                                   "selector, expected number, duration, step(), or range()");
    CHECK(error_of("foo[-1m]") == "1:5: parse error: duration must be greater than 0");
    CHECK(error_of("foo[1m/0]") == "1:7: parse error: division by zero");
    CHECK(error_of("foo offset (1m%0s)") == "1:15: parse error: modulo by zero");
    CHECK(error_of("foo offset 1e12") == "1:12: parse error: duration out of range");
    CHECK(error_of("foo offset max_of(1)") == "1:20: parse error: unexpected \")\" in offset, "
                                              "expected number, duration, step(), or range()");
    CHECK(error_of("foo[5y1hs]") == "1:5: parse error: unknown unit \"hs\" in duration \"5y1hs\"");
    CHECK(error_of("foo[5m1h]") == "1:5: parse error: not a valid duration string: \"5m1h\"");
    CHECK(error_of("foo[(5m]") == "1:8: parse error: unexpected \"]\" in subquery or range "
                                  "selector, expected number, duration, step(), or range()");
    CHECK(error_of("foo[(5m") == "1:8: parse error: unclosed left parenthesis");
    CHECK(error_of("foo[" + std::string(600, '(') + "5m") ==
          "1:504: parse error: duration is nested too deeply");
    std::string sum = "1"; // As high as may be; what is made of it is not.
    while (sum.size() < 2 * kExprHeightMax - 1) sum += "+1";
    CHECK(parse("foo[" + sum + "]"));
    CHECK(error_of("foo[-(" + sum + ")]") == "1:5: parse error: duration is nested too deeply");
    CHECK(error_of("foo[max_of(1, " + sum + ")]") ==
          "1:5: parse error: duration is nested too deeply");
}

TEST_CASE("promql::parse: errors in extensions and fillings") {
    CHECK(error_of("foo anchored smoothed") ==
          "1:1: parse error: anchored and smoothed modifiers cannot be used together");
    CHECK(error_of("foo[5m:] smoothed") ==
          "1:1: parse error: smoothed modifier is not supported for subqueries");
    CHECK(error_of("(foo) anchored") == "1:1: parse error: anchored modifier not implemented");
    CHECK(error_of("foo + fill(bar) baz") == "1:12: parse error: unexpected identifier \"bar\"");
    CHECK(error_of("foo + fill_left(1) fill_left(2) bar") == "1:29: parse error: unexpected \"(\"");
    CHECK(error_of("sum(foo bar)") ==
          "1:9: parse error: unexpected identifier \"bar\" in aggregation");
    CHECK(error_of("sum by (a) foo") ==
          "1:12: parse error: unexpected identifier \"foo\" in aggregation");
    CHECK(error_of("foo start") == "1:5: parse error: unexpected \"start\"");
    CHECK(error_of("1 </ 'a'") == "1:6: parse error: binary expression must contain only scalar "
                                  "and instant vector types");
    CHECK(error_of("info(a, b)") ==
          "1:9: parse error: expected label selectors only, got vector selector instead");
    CHECK(error_of("info(a, 1)") == "1:1: parse error: expected type instant vector in call to "
                                    "function \"info\", got scalar");
    CHECK(error_of("info(a, {x!=\"y\"})") == "parsed as info(a, {x!=\"y\"})");
    CHECK(error_of("floor(1, 'a')") ==
          "1:1: parse error: expected 1 argument(s) in call to \"floor\", got 2");
}

TEST_CASE("promql::parse: types are checked in Prometheus's words") {
    CHECK(error_of("1 == 1") ==
          "1:3: parse error: comparisons between scalars must use BOOL modifier");
    CHECK(error_of("foo + bool bar") ==
          "1:5: parse error: bool modifier can only be used on comparison operators");
    CHECK(error_of("1 and foo") ==
          "1:1: parse error: set operator \"and\" not allowed in binary scalar expression");
    CHECK(error_of("foo and on(a) group_left(b) bar") ==
          "1:1: parse error: no grouping allowed for \"and\" operation");
    CHECK(error_of("foo + on(a) 1") ==
          "1:1: parse error: vector matching only allowed between instant vectors");
    CHECK(error_of("foo + on(a) group_left(a) bar") ==
          "1:5: parse error: label \"a\" must not occur in ON and GROUP clause at once");
    CHECK(error_of("foo[5m] + 1") == "1:1: parse error: binary expression must contain only "
                                     "scalar and instant vector types");
    CHECK(error_of("-foo[5m]") == "1:1: parse error: unary expression only allowed on expressions "
                                  "of type scalar or instant vector, got \"range vector\"");
    CHECK(error_of("sum(1)") == "1:5: parse error: expected type instant vector in aggregation "
                                "expression, got scalar");
    CHECK(error_of("topk(foo, bar)") ==
          "1:6: parse error: expected type scalar in aggregation parameter, got instant vector");
    CHECK(error_of("count_values(5, foo)") ==
          "1:14: parse error: expected type string in aggregation parameter, got scalar");
    CHECK(error_of("sum()") == "1:1: parse error: no arguments for aggregate expression provided");
    CHECK(error_of("topk(foo)") == "1:1: parse error: wrong number of arguments for aggregate "
                                   "expression provided, expected 2, got 1");
    CHECK(error_of("topk(foo,)") ==
          "1:9: parse error: trailing commas not allowed in function call args");
    CHECK(error_of("sum without(==)(foo)") ==
          "1:13: parse error: unexpected <op:==> in grouping opts, expected label");
    CHECK(error_of("sum foo by (a)") == "1:5: parse error: unexpected identifier \"foo\"");
    CHECK(error_of("sum(foo) by (a) without (b)") == "1:17: parse error: unexpected <without>");
    CHECK(error_of("a - on(b) ignoring(c) d") == "1:11: parse error: unexpected <ignoring>");
    CHECK(error_of("floor()") ==
          "1:1: parse error: expected 1 argument(s) in call to \"floor\", got 0");
    CHECK(error_of("hour(a, b)") ==
          "1:1: parse error: expected at most 1 argument(s) in call to \"hour\", got 2");
    CHECK(error_of("label_join(a, \"b\")") ==
          "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 2");
    CHECK(
        error_of("floor(1)") ==
        "1:7: parse error: expected type instant vector in call to function \"floor\", got scalar");
    CHECK(error_of("rate(foo)") == "1:6: parse error: expected type range vector in call to "
                                   "function \"rate\", got instant vector");
    CHECK(error_of("nope(1)") == "1:1: parse error: unknown function with name \"nope\"");
}

TEST_CASE("promql::parse: a tree of bounded height") {
    CHECK(parse(nested(kExprHeightMax - 1)));
    CHECK(error_of(nested(kExprHeightMax + 1)) ==
          "1:501: parse error: expression is nested deeper than 500 levels");
    CHECK(parse(chained(kExprHeightMax)));
    CHECK(error_of(chained(kExprHeightMax + 1)) ==
          "1:1: parse error: expression is nested deeper than 500 levels");
    CHECK(error_of(std::string(kExprBytesMax + 1, ' ')) ==
          "1:1: parse error: expression has 1048577 bytes, at most 1048576 are read");
}

TEST_CASE("promql::type_of: follows the operands") {
    const auto type = [](std::string_view text) { return documented_name(type_of(**parse(text))); };
    CHECK(type("1") == "scalar");
    CHECK(type("'a'") == "string");
    CHECK(type("x") == "instant vector");
    CHECK(type("x[1m]") == "range vector");
    CHECK(type("x[1m:]") == "range vector");
    CHECK(type("(1 + 2)") == "scalar");
    CHECK(type("1 + x") == "instant vector");
    CHECK(type("-time()") == "scalar");
    CHECK(type("sum(x)") == "instant vector");
    CHECK(type("vector(1)") == "instant vector");
}

} // namespace keepwatch::promql
