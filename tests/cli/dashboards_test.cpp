#include "cli/dashboards.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace keepwatch;

namespace {

// The selectors of a dashboard with this inside, each as `{name="value"}`.
std::string reads(const std::string& inside) {
    cli::DashboardReads found;
    cli::read_dashboard("{" + inside + "}", "d.json", found);
    std::string text;
    for (const auto& selector : found.selectors) {
        std::string matchers;
        for (const auto& matcher : selector)
            matchers += fmt::format("{}{}~{}", matchers.empty() ? "" : ",", matcher.name(),
                                    matcher.value());
        text += "{" + matchers + "}";
    }
    for (const auto& error : found.errors) text += error.to_string();
    return text;
}

} // namespace

TEST_CASE("cli::dashboards: expressions are found in panels, rows, variables and annotations") {
    CHECK(reads(R"json("panels":[{"targets":[{"expr":"a"}],
                                  "panels":[{"targets":[{"expr":"b/c"}]}]}])json") ==
          "{__name__~a}{__name__~b}{__name__~c}");
    CHECK(reads(R"json("templating":{"list":[{"query":"label_values(up, instance)"},
                           {"query":{"query":"query_result(x)"}},
                           {"query":"label_values(topic)"},{"query":"a,b"}]},
                       "annotations":{"list":[{"expr":"y > 1"}]})json") ==
          "{__name__~up}{__name__~x}{__name__~y}");
}

TEST_CASE("cli::dashboards: variables of Grafana may be anything") {
    CHECK(
        reads(R"json("expr":"rate(a{job=\"$job\",t=~\"${t:regex}\",u=\"1\"}[$__interval])")json") ==
        "{u~1,__name__~a}");
    CHECK(reads(R"json("expr":"increase(a{x=\"[[x]]\"}[${__range}])")json") == "{__name__~a}");
    CHECK(reads(R"json("expr":"$metric")json") == ""); // Any metric: none is kept for it.
}

TEST_CASE("cli::dashboards: what is no PromQL and no dashboard is told") {
    CHECK(reads(R"json("expr":"sum(")json").starts_with("d.json: expression \"sum(\": "));
    cli::DashboardReads found;
    cli::read_dashboard("[]", "d.json", found);
    REQUIRE(found.errors.size() == 1);
    CHECK(found.errors[0].to_string() ==
          "d.json: expected a dashboard, a JSON object, as Grafana exports it");
}
