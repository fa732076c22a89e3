#include "cli/rule_test/input_series.h"

#include <doctest/doctest.h>

#include "model/number.h"
#include "model/sample.h"

using namespace keepwatch;
using namespace keepwatch::cli::rule_test;

namespace {

std::string slots(std::string_view text) {
    const auto parsed = parse_slots(text);
    if (!parsed) return parsed.error().message;
    std::string shown;
    for (const auto& slot : *parsed) {
        if (!shown.empty()) shown += ' ';
        shown += !slot ? "_" : is_stale(*slot) ? "stale" : format_number(*slot);
    }
    return shown;
}

std::string series(std::string_view line) {
    const auto parsed = parse_input_series(line);
    if (!parsed) return parsed.error().to_string();
    return parsed->labels.to_string() + " " + std::to_string(parsed->slots.size());
}

} // namespace

TEST_CASE("rule_test::parse_slots: promtool's notation") {
    CHECK(slots("1 2.5 -3 +4") == "1 2.5 -3 4");
    CHECK(slots("1x3") == "1 1 1 1");
    CHECK(slots("1+2x3") == "1 3 5 7");
    CHECK(slots("10-2.5x2") == "10 7.5 5");
    CHECK(slots("-1+-2x2").starts_with("wanted values"));
    CHECK(slots("-1-1x1") == "-1 -2");
    CHECK(slots("1x0") == "1");
    CHECK(slots("_ 1 _x2 _x0") == "_ 1 _ _");
    CHECK(slots("0 stale 1") == "0 stale 1");
    CHECK(slots("NaN Inf -Inf +inf") == "NaN +Inf -Inf +Inf");
    CHECK(slots("1e3 1e-1x1 1.5e+2") == "1000 0.1 0.1 150");
    CHECK(slots("0+1x2 8x1") == "0 1 2 8 8");
    CHECK(slots("0x8 12x2") == "0 0 0 0 0 0 0 0 0 12 12 12");
    CHECK(slots("") == "");
    CHECK(slots(" 1\t2 ") == "1 2");
    CHECK(slots("0.1+0.1x3") == "0.1 0.2 0.30000000000000004 0.4");
}

TEST_CASE("rule_test::parse_slots: what is none of it is refused") {
    constexpr auto wanted = "wanted values such as 1, _, stale, 1x3, 1+2x3 or 1-2x3, got ";
    for (const std::string_view bad : {"x", "1x", "1+2", "1+x3", "stalex3", "Infx3", "1xx3", "1x-3",
                                       "1,2", "_5", "__", "1x3.5", "0x1f", "abc", "+", "1_"})
        CHECK_MESSAGE(slots(bad) == wanted + keepwatch::quoted(bad), bad);
    CHECK(slots("1 {{schema:0 sum:1}}") ==
          "native histograms such as {{schema:0 …}} are not supported");
    CHECK(slots("1x2000000") == "1x2000000: more than 1000000 values");
    CHECK(slots("1x999999 1") == "1: more than 1000000 values");
    CHECK(slots("1x99999999999999999999") == wanted + keepwatch::quoted("1x99999999999999999999"));
}

TEST_CASE("rule_test::parse_slots: in our own tests words may be repeated, too") {
    const auto parsed = parse_slots("NaNx2 stalex1 Infx1 -Infx0 NaN stale 1x1", Notation::Ours);
    REQUIRE(parsed);
    CHECK(parsed->size() == 12);
    CHECK(is_stale(*parsed->at(3)));
    CHECK(format_number(*parsed->at(7)) == "-Inf");
    CHECK_FALSE(parse_slots("NaNx", Notation::Ours));
    CHECK_FALSE(parse_slots("stale3", Notation::Ours));
}

TEST_CASE("rule_test::parse_input_series: a metric and its values") {
    CHECK(series("up 1 2 3") == "up 3");
    CHECK(series("up{job=\"a b\", instance='{}'} 1x5") == R"(up{instance="{}",job="a b"} 6)");
    CHECK(series("{job=\"a\"} 1") == R"({job="a"} 1)");
    CHECK(series("{\"with.dots\", job=\"a\"} 1") == R"({"with.dots",job="a"} 1)");
    CHECK(series("{} 1") == "{} 1");
    CHECK(series("job:up:sum{} 1") == "job:up:sum 1");
    CHECK(series("sum{by=\"x\"} 1") == R"(sum{by="x"} 1)"); // Keywords are names here.
    CHECK(series("up") == "up 0");
    CHECK(series("up{job=~\"a\"} 1") == "wanted labels with =, got \"{job=~\\\"a\\\"}\"");
    CHECK(series("up[5m] 1") == "wanted a series, got \"up[5m]\"");
    CHECK(series("5 1") == "wanted a series, got \"5\"");
    CHECK(series("up{job=\"a\"}1") == "1:11: parse error: unexpected number \"1\"");
    CHECK(series("") == "wanted a series, got \"\"");
}
