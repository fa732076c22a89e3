#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "promql/durations.h"
#include "promql/parse.h"
#include "promql/windows.h"

namespace keepwatch::promql {
namespace {

// Asked from 1000 to 1060 s in steps of 20 s, with a lookback of 300 s.
std::string read(std::string_view text) {
    std::string list;
    const auto parsed = parse(text);
    REQUIRE(parsed);
    const auto expr = with_durations(*parsed, {seconds(20), seconds(60)});
    if (!expr) return expr.error().to_string();
    for (const auto& window : windows(**expr, {1'000'000}, {1'060'000}, minutes(5)))
        list += fmt::format("{} {}..{} ", window.selector->name(), window.after.ms / 1000,
                            window.until.ms / 1000);
    return list;
}

} // namespace

TEST_CASE("promql::windows: what each selector reads") {
    CHECK(read("a") == "a 700..1060 ");
    CHECK(read("rate(a[1m])") == "a 940..1060 ");
    CHECK(read("a offset 1m + b @ 500") == "a 640..1000 b 200..500 ");
    CHECK(read("max_over_time(rate(a[1m])[2m:10s] offset 10s)") == "a 810..1050 ");
}

TEST_CASE("promql::windows: an extension reads up to a lookback more") {
    CHECK(read("rate(a[1m] anchored)") == "a 640..1060 ");
    CHECK(read("rate(a[1m] smoothed)") == "a 640..1360 ");
    CHECK(read("a smoothed") == "a 700..1360 ");
    CHECK(read("a anchored") == "a 700..1060 ");
}

TEST_CASE("promql::windows: lengths are computed") {
    CHECK(read("rate(a[3*step()])") == "a 940..1060 ");
    CHECK(read("a offset -(range()/2)") == "a 730..1090 ");
    CHECK(read("max_over_time(a[1m+1m:])") == "a 580..1060 ");
    CHECK(read("rate(a[step()-range()])") == "7:21: duration must be greater than 0");
}

} // namespace keepwatch::promql
