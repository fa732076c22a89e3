#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include "promql/parse.h"
#include "promql/selectors.h"

namespace keepwatch::promql {
namespace {

std::string found(std::string_view text) {
    const auto expr = parse(text);
    REQUIRE(expr);
    std::string list;
    for (const auto* selector : selectors(**expr)) {
        list += fmt::format("{}:", selector->name());
        for (const auto& matcher : selector->matchers) list += " " + matcher.to_string();
        list += ";";
    }
    return list;
}

std::string reach_of(std::string_view text) {
    const auto expr = parse(text);
    REQUIRE(expr);
    return format_duration(reach(**expr));
}

bool depends(std::string_view text) {
    return depends_on_time(**parse(text));
}

} // namespace

TEST_CASE("promql::selectors: all of them, from left to right, with all their matchers") {
    CHECK(found("1 + time()") == "");
    CHECK(found("a{x=\"y\"} / sum(b)") == "a: x=\"y\" __name__=\"a\";b: __name__=\"b\";");
    CHECK(found("topk(scalar(k), max_over_time(rate(c[5m])[1h:]))") ==
          "k: __name__=\"k\";c: __name__=\"c\";");
    CHECK(found("{__name__=\"d\"}") == "d: __name__=\"d\";");
    CHECK(found("{__name__=~\"d|e\"}") == ": __name__=~\"d|e\";");
}

TEST_CASE("promql::reach: ranges, subqueries, offsets and lookback add up") {
    CHECK(reach_of("1") == "0s");
    CHECK(reach_of("a") == "5m");
    CHECK(reach_of("rate(a[10m])") == "10m");
    CHECK(reach_of("a offset 1h") == "1h5m");
    CHECK(reach_of("a offset -1m") == "4m");
    CHECK(reach_of("a offset -1h") == "0s");
    CHECK(reach_of("a + rate(b[1h] offset 1d)") == "25h");
    CHECK(reach_of("max_over_time(rate(a[5m])[1h:1m] offset 10m)") == "1h15m");
    CHECK(reach_of("max_over_time(sum_over_time(a[30m:])[1h:])") == "1h35m");
    CHECK(format_duration(reach(**parse("a"), minutes(1))) == "1m");
    CHECK(reach_of("rate(a[10m] anchored)") == "15m");
    CHECK(reach_of("rate(a[2*5m+step()] offset (1h))") == "1h10m");
}

TEST_CASE("promql::depends_on_time: unless it is constant or fixed with @") {
    CHECK_FALSE(depends("1 + 2"));
    CHECK_FALSE(depends("pi()"));
    CHECK_FALSE(depends("a @ 5"));
    CHECK_FALSE(depends("sum(rate(a[5m] @ end()))"));
    CHECK_FALSE(depends("sum_over_time(a[5m:] @ 5)"));
    CHECK(depends("a"));
    CHECK(depends("a @ 5 + b"));
    CHECK(depends("time()"));
    CHECK(depends("hour()"));
    CHECK(depends("sum_over_time((a @ 5)[5m:])"));
    CHECK(depends("predict_linear(a[5m] @ 5, 60)"));
}

} // namespace keepwatch::promql
