#include <doctest/doctest.h>

#include "runbook/lint.h"

using namespace keepwatch;

namespace {

constexpr std::string_view kFront = R"(+++
schema = 1
id = "KW-A"
alert = "A"
title = "T"
component = "kafka-broker"
scope = "broker"
severity = "critical"
owner = "team"
kafka = ">=2.8"
modes = ["zk", "kraft"]
metrics = ["urp"]
page_steps = ["look at {{ $labels.instance }}"]
est_minutes = 5
permissions = ["ssh"]
last_reviewed = 2026-01-10
tested_with = ["3.9.1"]
+++
)";

std::string words(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "word ";
    return text + "\n\n";
}

// A page that is as it should be.
std::string page() {
    std::string text = std::string(kFront) + "# A\n";
    for (const auto& [title, least] : runbook::kSections) {
        text += "## " + std::string(title) + "\n" + words(least);
        if (title == "Verify") text += "```promql {name=\"v\"}\nurp\n```\n";
        if (title == "Confirm recovery") text += "```sh {name=\"c\" safety=\"read\"}\ntrue\n```\n";
        if (title == "Diagnosis") text += "1. Go to [M1](#m1-start).\n\n";
        if (title == "Mitigation")
            text += "### M1 Start\n```sh {name=\"start\" safety=\"write\"}\ntrue\n```\n"
                    "Risk: none.\nExpected: ok.\nRollback: stop.\n\n";
        if (title == "Rollback") text += "`start` is undone by a stop.\n\n";
    }
    return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

// The rule that goes with the page.
constexpr std::string_view kRule = "[[rule]]\nalert = \"A\"\nexpr = \"urp > 0\"\n"
                                   "severity = \"critical\"\nrunbook = \"KW-A\"\n";

runbook::Rules rules_of(std::string_view text) {
    const auto loaded = alert::parse_rules(text, "r.toml");
    REQUIRE(loaded.errors.empty());
    return loaded.rules.groups.empty() ? runbook::Rules() : loaded.rules.groups[0].rules;
}

std::string joined(const std::vector<Error>& errors) {
    std::string text;
    for (const auto& error : errors) text += (text.empty() ? "" : "; ") + error.message;
    return text;
}

std::string findings(const std::string& text, std::string_view rules = kRule) {
    const auto parsed = runbook::parse_runbook(text, "A.md");
    REQUIRE_MESSAGE(parsed, parsed.error().to_string());
    const auto loaded = rules_of(rules);
    return joined(runbook::lint(*parsed, &loaded));
}

} // namespace

TEST_CASE("runbook::lint: a page that is as it should be has no findings") {
    CHECK(findings(page()) == "");
}

TEST_CASE("runbook::lint: front matter is complete and agrees with the rule") {
    CHECK(findings(replaced(page(), "\"KW-A\"", "\"kw a\"")) ==
          "id must be KW- and capitals, digits or hyphens; rule A names the runbook \"KW-A\", not "
          "\"kw a\"");
    CHECK(findings(replaced(page(), "owner = \"team\"\n", "")) ==
          "owner is missing: whom does this escalate to?");
    CHECK(findings(replaced(page(), "est_minutes = 5\n", "")) == "est_minutes is missing");
    CHECK(findings(replaced(page(), "\"kafka-broker\"", "\"engine\"")) ==
          "component must be one of kafka-broker, zookeeper, kraft, host, keepwatch");
    CHECK(findings(replaced(page(), "[\"zk\", \"kraft\"]", "[\"raft\"]")) ==
          "modes may hold zk and kraft only");
    CHECK(findings(replaced(page(), "\"critical\"", "\"warning\"")) ==
          "severity is warning, but that of rule A is critical");
    CHECK(findings(replaced(page(), "\"broker\"", "\"cluster\"")) ==
          "scope is cluster, but that of rule A is host");
    CHECK(
        findings(replaced(page(), "[\"urp\"]", "[\"other\"]")) ==
        "metrics lacks urp, which the rule reads; metrics has other, which the rule does not read");
    CHECK(findings(page(), "") == "no rule alerts as A");
    CHECK(findings(replaced(page(), "look at {{ $labels.instance }}", "{{ if }}")) ==
          "page_steps: 1:7: missing value for if");
    CHECK(findings(replaced(page(), "look at", std::string(200, 'x'))) ==
          "a page step has 223 bytes; at most 200 fit");
    CHECK(findings(replaced(page(), "[\"look", "[\"a\", \"b\", \"c\", \"look")) ==
          "page_steps must hold 1 to 3 steps, not 4");
}

TEST_CASE("runbook::lint: a recovery expression counts among what the rule reads") {
    CHECK(findings(page(), std::string(kRule) + "recover = \"calm > 0\"\n") ==
          "metrics lacks calm, which the rule reads");
}

TEST_CASE("runbook::lint: sections are all there, in order, and say something") {
    CHECK(findings(replaced(page(), "# A\n", "# B\n")) == "the heading must be \"A\", not \"B\"");
    CHECK(findings(replaced(page(), "## Impact\n" + words(20), "")) ==
          "section \"Impact\" is missing");
    CHECK(findings(replaced(page(), words(20), words(19))) ==
          "section \"Meaning\" has 19 words; at least 20 are wanted");
    CHECK(findings(replaced(page(), "## Impact\n",
                            "## Impact\nTB"
                            "D ")) == "section \"Impact\" says TB"
                                      "D");
    CHECK(findings(replaced(page(), "## Change log\n", "## Notes\nx\n## Change log\n")) ==
          "section \"Notes\" is not one of the twelve");
    auto swapped = replaced(page(), "## Impact\n" + words(20), "");
    swapped = replaced(swapped, "## Meaning\n", "## Impact\n" + words(20) + "## Meaning\n");
    CHECK(findings(swapped) == "section \"Impact\" is out of order");
}

TEST_CASE("runbook::lint: blocks can be run, and what changes something can be undone") {
    CHECK(findings(replaced(page(), "```promql {name=\"v\"}\nurp\n```\n", "")) ==
          "section \"Verify\" has no command");
    CHECK(findings(replaced(page(), "promql {name=\"v\"}", "promql")) ==
          "a block that can be run needs a name");
    CHECK(findings(replaced(page(), "{name=\"c\"", "{name=\"v\"")) == "block \"v\" is there twice");
    CHECK(findings(replaced(page(), "safety=\"read\"", "safety=\"maybe\"")) ==
          "block \"c\" needs safety read, write or destructive, not \"maybe\"");
    CHECK(findings(replaced(page(), "\nurp\n", "\nurp >\n")) ==
          "parse error: unexpected end of input");
    CHECK(findings(replaced(page(), "\nurp\n", "\nurp{a=\"{{ nope }}\"}\n")) ==
          "function \"nope\" not defined; function \"nope\" not defined");
    CHECK(findings(replaced(page(), "```promql {name=\"v\"}", "```go {name=\"v\"}")) ==
          "a block must be one of sh, promql, text, properties, toml, json, not \"go\"; "
          "section \"Verify\" has no command");
    CHECK(findings(replaced(page(), "Risk: none.\n", "")) ==
          "block \"start\" changes something and is not followed by Risk:");
    CHECK(findings(replaced(page(), "`start` is undone by a stop.\n", "Stop it.\n")) ==
          "section \"Rollback\" does not mention block \"start\"");
    CHECK(findings(replaced(page(), "(#m1-start)", "(#m2)")) ==
          "a link leads to #m2, which is no heading");
}

TEST_CASE("runbook::lint: findings are located in the file") {
    const auto text = replaced(page(), "\nurp\n", "\nurp >\n");
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find("urp >")),
                   '\n') +
        1;
    const auto found = runbook::lint(*runbook::parse_runbook(text, "A.md"));
    REQUIRE(found.size() == 1);
    CHECK(found[0].at.file == "A.md");
    CHECK(found[0].at.line == line);
}

TEST_CASE("runbook::lint: a page that nobody looked at for a year is a finding") {
    const auto parsed = runbook::parse_runbook(page(), "A.md");
    CHECK(joined(runbook::lint(*parsed, nullptr, *parse_timestamp("2027-01-10T00:00:00Z"))) == "");
    CHECK(joined(runbook::lint(*parsed, nullptr, *parse_timestamp("2027-01-11T00:00:00Z"))) ==
          "last reviewed 366 days ago; 365 is the most");
}

TEST_CASE("runbook::lint: rules and pages belong together, in both directions") {
    runbook::RunbookLibrary library;
    library.add(*runbook::parse_runbook(page(), "A.md"));
    CHECK(joined(runbook::lint(library, rules_of(kRule))) == "");
    CHECK(joined(runbook::lint(library, rules_of(std::string(kRule) +
                                                 "[[rule]]\nalert = \"B\"\nexpr = \"up\"\n"))) ==
          "alert B has 0 SOPs; one is wanted");
    CHECK(joined(runbook::lint(library, rules_of("[[rule]]\nrecord = \"b\"\nexpr = \"up\"\n"))) ==
          "no rule alerts as A");
}
