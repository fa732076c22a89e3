#include "promql/pretty.h"

#include <doctest/doctest.h>

#include "promql/parse.h"
#include "promql/print.h"

namespace {

using namespace keepwatch;

std::string pretty(std::string_view text) {
    const auto expr = promql::parse(text);
    if (!expr) return expr.error().to_string();
    const auto lines = promql::pretty(**expr);
    const auto again = promql::parse(lines);
    CHECK((again && promql::print(**again) == promql::print(**expr)));
    return lines;
}

const std::string kLong = "a_metric_with_a_long_name_of_some_fifty_bytes_in_all{job=\"kafka\"}";

} // namespace

TEST_CASE("promql::pretty: what fits on a line stays on it") {
    CHECK(pretty("sum by(job)(rate(x[5m]))>0") == "sum by (job) (rate(x[5m])) > 0");
    CHECK(pretty(kLong) == kLong);
    CHECK(pretty("x % on () 2") == "x % 2"); // Between what does not match, it means nothing.
}

TEST_CASE("promql::pretty: operands of what is too long stand on lines of their own") {
    CHECK(pretty("sum by (job) (rate(" + kLong + "[5m])) / on (job) group_left () " + kLong) ==
          "  sum by (job) (rate(" + kLong + "[5m]))\n/ on (job) group_left ()\n  " + kLong);
    CHECK(pretty("topk(3, " + kLong + " + " + kLong + ")") ==
          "topk(\n  3,\n    " + kLong + "\n  +\n    " + kLong + "\n)");
    CHECK(pretty("clamp((" + kLong + " + " + kLong + "), 1, 2)") ==
          "clamp(\n  (\n      " + kLong + "\n    +\n      " + kLong + "\n  ),\n  1,\n  2\n)");
    CHECK(pretty("-abs(" + kLong + " + " + kLong + ")") ==
          "-abs(\n    " + kLong + "\n  +\n    " + kLong + "\n)");
}

TEST_CASE("promql::pretty: a subquery is indented by its operand alone, as in Prometheus") {
    CHECK(pretty("max_over_time(rate(" + kLong + "[5m])[30m:1m] offset 1h30m)") ==
          "max_over_time(\nrate(" + kLong + "[5m])[30m:1m] offset 1h30m\n)");
}
