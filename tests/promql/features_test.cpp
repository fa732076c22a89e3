#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "model/number.h"
#include "promql/evaluate.h"
#include "promql/features.h"
#include "promql/parse.h"
#include "series/archive_store.h"

namespace keepwatch::promql {
namespace {

// What is said of a text while one feature is off; "" if it is taken.
std::string said(std::string_view text, bool Features::* feature) {
    Features features;
    features.*feature = false;
    const auto expr = parse(text, features);
    CHECK(parse(text));
    return expr ? "" : expr.error().to_string();
}

std::string shown(const Result<Value>& value) {
    if (!value) return value.error().to_string();
    std::string text;
    for (const auto& element : std::get<VectorValue>(*value))
        text += element.labels.to_string() + "=" + format_number(element.value) + " ";
    return text;
}

} // namespace

TEST_CASE("promql::Features: what is off is refused in Prometheus's words") {
    constexpr auto functions = &Features::experimental_functions;
    CHECK(said("mad_over_time(x[5m])", functions) ==
          "1:1: parse error: function \"mad_over_time\" is not enabled");
    CHECK(said("1 + step()", functions) == "1:5: parse error: function \"step\" is not enabled");
    CHECK(said("sum(limitk(1, x))", functions) ==
          "1:5: parse error: limitk() is experimental and must be enabled with "
          "--enable-feature=promql-experimental-functions");
    CHECK(said("rate(x[5m])", functions).empty());
    CHECK(said("x[step()]", functions).empty());

    CHECK(said("x + fill(0) y", &Features::binop_fill_modifiers) ==
          "1:1: parse error: binop fill modifiers are experimental and not enabled");
    CHECK(said("fill + y", &Features::binop_fill_modifiers).empty());

    CHECK(said("a.b", &Features::unquoted_utf8_names) ==
          "1:2: parse error: unexpected character: '.'");
    CHECK(said("größe", &Features::unquoted_utf8_names) ==
          "1:3: parse error: unexpected character: 'ö'");
    CHECK(said("{\"a.b\"}", &Features::unquoted_utf8_names).empty());
}

TEST_CASE("promql::Features: names that go at once cannot be seen by what comes later") {
    series::ArchiveStore store;
    store.append({{"__name__", "in_total"}, {"broker", "1"}}, {0}, 5);
    store.append({{"__name__", "out_total"}, {"broker", "1"}}, {0}, 7);
    Options at_once;
    at_once.features.delayed_name_removal = false;
    const auto asked = [&](std::string_view text) {
        return shown(Evaluator(store, at_once).instant(**parse(text), {0}));
    };
    const std::string duplicates = "vector cannot contain metrics with the same labelset";
    CHECK(asked("sum(abs({broker=\"1\"}))") == duplicates);
    CHECK(asked("abs(in_total)") == "{broker=\"1\"}=5 ");
    CHECK(asked("label_replace(-in_total, \"x\", \"$1\", \"__name__\", \"(.*)\")") ==
          "{broker=\"1\"}=-5 ");
    CHECK(asked("in_total < bool out_total") == "{broker=\"1\"}=1 ");
    CHECK(asked("histogram_quantile(2, {broker=\"1\",le=\"1\"})") == "");
}

TEST_CASE("promql::Features: are switched on by the names that Prometheus gives them") {
    const std::vector<std::string> three{"promql-duration-expr", "promql-delayed-name-removal",
                                         "promql-extended-range-selectors"};
    const auto features = Features::only(three);
    REQUIRE(features);
    CHECK(features->delayed_name_removal);
    CHECK_FALSE(features->experimental_functions);
    CHECK_FALSE(features->binop_fill_modifiers);
    CHECK_FALSE(features->unquoted_utf8_names);
    CHECK_FALSE(Features::none().delayed_name_removal);
    CHECK(parse("rate(x_total[1m*2] anchored)", Features::none()));
    CHECK(Features::names().size() == 6);
    const std::vector<std::string> wrong{"promql-fill"};
    CHECK(Features::only(wrong).error().message ==
          "unknown feature \"promql-fill\", expected one of promql-binop-fill-modifiers, "
          "promql-delayed-name-removal, promql-duration-expr, promql-experimental-functions, "
          "promql-extended-range-selectors, promql-unquoted-utf8-names");
}

} // namespace keepwatch::promql
