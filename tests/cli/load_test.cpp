#include "cli/load.h"

#include <doctest/doctest.h>

#include "support/temp_dir.h"

namespace {

using namespace keepwatch;
using keepwatch::testing::TempDir;

constexpr std::string_view kTarget = "[[target]]\nname = \"b1\"\nkind = \"kafka\"\n"
                                     "url = \"http://127.0.0.1:1/metrics\"\n";

std::string errors_of(const std::vector<Error>& errors, const TempDir& dir) {
    std::string text;
    for (const auto& error : errors) {
        auto line = error.to_string();
        const auto folder = dir.path("");
        for (auto at = line.find(folder); at != line.npos; at = line.find(folder))
            line.erase(at, folder.size());
        text += line + "\n";
    }
    return text;
}

} // namespace

TEST_CASE("cli::load: joins a configuration with its rules and names what dangles") {
    const TempDir dir;
    dir.write("pack.toml", "[[rule]]\nalert = \"A\"\nexpr = \"up == 0\"\nrunbook = \"KW-A\"\n"
                           "[[rule]]\nalert = \"B\"\nexpr = \"up ==\"\n");
    const auto config =
        dir.write("kw.toml", std::string(kTarget) + "[agent]\ncluster = \"c\"\n"
                                                    "[rules]\npaths = [\"pack.toml\"]\n");
    const auto loaded = cli::load(config);
    CHECK(errors_of(loaded.config_errors, dir) == "");
    const auto content = errors_of(loaded.content_errors, dir);
    CHECK(content.find("pack.toml:1:1: rule A: there is no SOP \"KW-A\"\n") != content.npos);
    CHECK(content.find("pack.toml:7:") != content.npos);
    REQUIRE(loaded.setup.rules.groups.size() == 1);
    CHECK(loaded.setup.rules.groups[0].rules.size() == 1); // The good one stays.
    CHECK(loaded.setup.external_labels.to_string() == "{cluster=\"c\"}");
    CHECK(loaded.setup.targets.size() == 1);
}

TEST_CASE("cli::load: what dashboards read is kept, and bounds are those that were set") {
    const TempDir dir;
    dir.write("d.json",
              R"json({"panels":[{"targets":[{"expr":"sum(x_total)"},{"expr":"sum("}]}]})json");
    const auto config =
        dir.write("kw.toml", std::string(kTarget) + "[store]\nretain = \"dashboards\"\n"
                                                    "dashboards = [\"d.json\"]\nseries_max = 7\n"
                                                    "[pages]\nsamples_max = 9\n");
    const auto loaded = cli::load(config);
    CHECK(errors_of(loaded.config_errors, dir) == "");
    CHECK(errors_of(loaded.content_errors, dir).starts_with("d.json: expression \"sum(\": "));
    REQUIRE(loaded.setup.retain.selectors.size() == 1);
    CHECK(loaded.setup.retain.selectors[0][0].value() == "x_total");
    CHECK(loaded.setup.series_max == 7);
    CHECK(loaded.setup.page_limits.samples_max == 9);
}

TEST_CASE("cli::load: refuses what it could not keep its word about") {
    const TempDir dir;
    const auto sink =
        dir.write("s.toml", std::string(kTarget) + "[[sink]]\nname = \"p\"\nkind = \"teams\"\n"
                                                   "url = \"http://127.0.0.1:1/\"\n");
    CHECK(errors_of(cli::load(sink).config_errors, dir) ==
          "s.toml:5:1: sink p: kind \"teams\" cannot be sent to yet\n");
    const auto retain =
        dir.write("r.toml", std::string(kTarget) + "[store]\nretain = [\"sum(up)\"]\n");
    CHECK(errors_of(cli::load(retain).config_errors, dir) ==
          "r.toml:6:11: store.retain: \"sum(up)\": not a selector\n");
}

TEST_CASE("cli::load: promql.features chooses the language of queries and of rules in YAML") {
    const TempDir dir;
    dir.write("rules.yml",
              "groups:\n- name: g\n  rules:\n  - record: r\n    expr: limitk(1, up)\n");
    const auto load_with = [&dir](const std::string& promql) {
        return cli::load(dir.write("kw.toml", promql + "[rules]\npaths = [\"rules.yml\"]\n"));
    };
    const auto usual = load_with("");
    CHECK(usual.query_features.experimental_functions);
    CHECK_FALSE(usual.yaml_features.experimental_functions);
    CHECK(usual.setup.rules.groups.at(0).rules.empty());

    const auto chosen = load_with("[promql]\nfeatures = [\"promql-experimental-functions\"]\n");
    CHECK(errors_of(chosen.config_errors, dir) == "");
    CHECK(chosen.query_features.experimental_functions);
    CHECK_FALSE(chosen.query_features.binop_fill_modifiers);
    CHECK(chosen.setup.rules.groups.at(0).rules.size() == 1);
    CHECK(chosen.setup.rules.groups.at(0).features.experimental_functions);

    CHECK_FALSE(load_with("[promql]\nfeatures = []\n").query_features.experimental_functions);
    CHECK(errors_of(
              load_with("[promql]\nfeatures = [\"promql-duration-exp\", \"x\"]\n").config_errors,
              dir) ==
          "kw.toml:2:13: promql.features: unknown feature \"promql-duration-exp\", expected one of "
          "promql-binop-fill-modifiers, promql-delayed-name-removal, promql-duration-expr, "
          "promql-experimental-functions, promql-extended-range-selectors, "
          "promql-unquoted-utf8-names; did you mean promql-duration-expr?\n"
          "kw.toml:2:36: promql.features: unknown feature \"x\", expected one of "
          "promql-binop-fill-modifiers, promql-delayed-name-removal, promql-duration-expr, "
          "promql-experimental-functions, promql-extended-range-selectors, "
          "promql-unquoted-utf8-names\n");
}
