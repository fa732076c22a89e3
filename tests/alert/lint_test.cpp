#include "alert/lint.h"

#include <doctest/doctest.h>

using namespace keepwatch;

namespace {

std::string findings(const alert::LoadedRules& loaded) {
    std::string text;
    for (const auto& error : loaded.errors) text += "error: " + error.to_string() + "\n";
    for (const auto& error : alert::lint(loaded))
        text += (text.empty() ? "" : "\n") + error.to_string();
    return text;
}

// Of a native rule named A with this expression and these lines.
std::string native(std::string_view expr, std::string_view lines = "") {
    const auto text =
        "[[rule]]\nalert = \"A\"\nexpr = '''" + std::string(expr) + "'''\n" + std::string(lines);
    const auto found = findings(alert::parse_rules(text, "p.toml"));
    return found.starts_with("p.toml:1:1: A: ") ? found.substr(15) : found;
}

constexpr auto kSure = "for = \"1m\"\n";
constexpr auto kCluster = "scope = \"cluster\"\n";

} // namespace

TEST_CASE("alert::lint: what is right is without findings") {
    for (const std::string_view expr :
         {"x > 0", "rate(x[5m]) > 1", "sum by (instance) (x) > 3", "x / on (instance) y > 0.5",
          "x == 0 and y > 1", "x unless y", "(x > 0) or (y > 0)", "increase(x[5m])>0",
          "topk(3, x) > 1", "absent(x{instance=\"b1\"}) unless up",
          "label_replace(x > 1, \"a\", \"b\", "
          "\"c\", \"d\")",
          "ALERTS{alertname=\"B\"}", "x and on () hour() > 20", "x > y",
          "max_over_time(up[5m]) == 0"})
        CHECK_MESSAGE(native(expr, kSure) == "", expr);
    CHECK(native("sum(x) > 3", kCluster) == "");
    CHECK(native("x > 5", "recover = \"x < 3\"\n") == "");
    CHECK(findings(alert::parse_rules("groups: [{name: g, rules: [{alert: A, expr: sum(x) > 1}, "
                                      "{record: r, expr: x}]}]\n",
                                      "r.yml")) == "");
}

TEST_CASE("alert::lint: rules that can never fire") {
    CHECK(native("x{a=\"1\",a=\"2\"} > 0") ==
          "can never fire: nothing has all the labels of x{a=\"1\",a=\"2\"}");
    CHECK(native("x{a=\"1\",a!~\"1|2\"} > 0") ==
          "can never fire: nothing has all the labels of x{a!~\"1|2\",a=\"1\"}");
    CHECK(native("vector(1) > 2", kCluster)
              .starts_with("can never fire: it is empty whatever happens"));
}

TEST_CASE("alert::lint: rules that never resolve") {
    constexpr auto never = "never resolves while its series exist: it compares nothing";
    CHECK(native("x") == never);
    CHECK(native("rate(x[5m])") == never);
    CHECK(native("x > bool 3") == never);
    CHECK(native("x > 3 or x") == never);
    CHECK(native("x * 2 - y") == never);
    CHECK(native("vector(1)", kCluster) == "never resolves: it reads no series");
    CHECK(native("x > 1", "recover = \"x\"\n") == "recover always holds: it compares nothing");
    CHECK(native("x > 1", "recover = \"x  >  1\"\n") ==
          "can never resolve: recover is the condition itself");
}

TEST_CASE("alert::lint: a thing compared with itself") {
    CHECK(native("x > x") == "compares with itself: x > x");
    CHECK(native("x == (x)") == "compares with itself: x == (x)");
    CHECK(native("sum by (instance) (x unless x) > 3") == "compares with itself: x unless x");
    CHECK(native("x > 1", "recover = \"y <= y\"\n") == "recover compares with itself: y <= y");
    CHECK(native("x > x offset 1h") == "");
}

TEST_CASE("alert::lint: one scrape that fails pages") {
    constexpr auto hangs = "fires when a single scrape fails: it needs a `for`";
    CHECK(native("up == 0") == hangs);
    CHECK(native("up{job=\"kafka\"} == 0 unless y") == hangs);
    CHECK(native("absent(x{instance=\"b\"})") == hangs);
    CHECK(native("up == 0", kSure) == "");
    CHECK(native("max_over_time(up[1m]) == 0") == "");
    CHECK(native("x > 0 and on (instance) up == 1") == "");
}

TEST_CASE("alert::lint: an alert about a host that lost its instance") {
    constexpr auto lost =
        "its result has no label instance, and its scope is host: keep the label, "
        "or make the scope cluster";
    CHECK(native("sum(x) > 1") == lost);
    CHECK(native("sum without (instance) (x) > 1") == lost);
    CHECK(native("sum by (job) (x) > 1") == lost);
    CHECK(native("x / on (job) y > 1") == lost);
    CHECK(native("absent(x)", kSure) == lost);
    CHECK(native("x > 1 or sum(x) > 2") == lost);
    CHECK(native("x > on (job) group_left () sum by (job) (y)") == "");
}

TEST_CASE("alert::lint: a parameter that nothing uses") {
    CHECK(findings(alert::parse_rules("[params.a]\ndefault = 1\nunit = \"x\"\nreason = \"y\"\n",
                                      "p.toml")) == "p.toml:1:1: params.a is used nowhere");
}
