#include "alert/params.h"

#include <doctest/doctest.h>

#include "alert/rule.h"
#include "promql/print.h"
#include "support/temp_dir.h"

using namespace keepwatch;
using alert::LoadedRules;

namespace {

std::string errors(const LoadedRules& loaded) {
    std::string text;
    for (const auto& error : loaded.errors) text += (text.empty() ? "" : "\n") + error.to_string();
    return text;
}

std::string errors(std::string_view text) {
    return errors(alert::parse_rules(text, "isr.toml"));
}

constexpr std::string_view kWindow = R"([params.isr_window]
default = "5m"
unit    = "duration"
reason  = "A follower that is restarted is back sooner."
)";
constexpr std::string_view kShare = R"([params.idle_share]
default = 0.3
unit    = "ratio"
reason  = "Below it requests wait."
)";

std::string pack(std::string_view rule) {
    return std::string(kWindow) + std::string(kShare) + "[[rule]]\n" + std::string(rule);
}

config::RuleParam given(std::string pack, std::string name, std::string text,
                        bool is_number = false) {
    return {std::move(pack), std::move(name), is_number, std::move(text), {"kw.toml", 7, 14}};
}

const alert::Rule& only_rule(const LoadedRules& loaded) {
    REQUIRE(errors(loaded) == "");
    REQUIRE(loaded.rules.groups.size() == 1);
    REQUIRE(loaded.rules.groups[0].rules.size() == 1);
    return *loaded.rules.groups[0].rules[0];
}

constexpr std::string_view kRule = R"(alert = "A"
expr = 'increase(shrinks[${isr_window}]) > ${idle_share}'
recover = "increase(shrinks[${isr_window}]) < 0.1"
for = "${isr_window}"
keep_firing_for = "${isr_window}"
labels = { window = "${isr_window}" }
annotations = { summary = "{{ $value }} within ${isr_window}, $${idle_share}" }
page_steps = ["wait ${isr_window}"]
)";

std::string shown(const alert::Rule& rule) {
    std::string text = promql::print(*rule.expr) + " | " + promql::print(*rule.recover) + " | " +
                       format_duration(rule.hold) + " | " + format_duration(rule.keep_firing);
    for (const auto& label : rule.labels) text += " | " + label.text;
    for (const auto& label : rule.annotations) text += " | " + label.text;
    return text + " | " + rule.page_steps.at(0);
}

} // namespace

TEST_CASE("alert::Params: values stand in expressions, durations and texts") {
    const auto loaded = alert::parse_rules(pack(kRule), "isr.toml");
    CHECK(shown(only_rule(loaded)) ==
          "increase(shrinks[5m]) > 0.3 | increase(shrinks[5m]) < 0.1 | 5m | 5m | 5m | "
          "{{ $value }} within 5m, ${idle_share} | wait 5m");
    REQUIRE(loaded.packs.size() == 1);
    const auto& params = loaded.packs[0].params;
    REQUIRE(params.size() == 2);
    CHECK(params[0].name == "idle_share");
    CHECK(params[0].unit == "ratio");
    CHECK(params[0].value == "0.3");
    CHECK(params[1].reason == "A follower that is restarted is back sooner.");
    CHECK(params[1].is_used);
}

TEST_CASE("alert::Params: an operator's value takes the place of the pack's") {
    const config::RuleParam overrides[] = {given("isr", "isr_window", "10m"),
                                           given("isr", "idle_share", "0.5", true),
                                           given("other", "isr_window", "1s")};
    const auto loaded = alert::parse_rules(pack(kRule), "isr.toml", overrides);
    CHECK(shown(only_rule(loaded)).starts_with("increase(shrinks[10m]) > 0.5 | "));
    CHECK(loaded.packs[0].params[1].standard == "5m");
}

TEST_CASE("alert::Params: what cannot be put in is refused at its place") {
    CHECK(errors(pack("alert = \"A\"\nexpr = \"up > ${idle_shore}\"\n")) ==
          "isr.toml:11:14: expr: there is no parameter \"idle_shore\"; known parameters: "
          "idle_share, isr_window");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\nfor = \"${x}\"\n") ==
          "isr.toml:4:8: for: there is no parameter \"x\"; the pack has none");
    CHECK(errors(pack("alert = \"A\"\nexpr = \"up > ${idle_share\"\n")) ==
          "isr.toml:11:14: expr: ${ lacks its }");
    CHECK(errors(pack("alert = \"A\"\nexpr = \"up\"\nfor = \"${idle_share}\"\n")) ==
          "isr.toml:12:7: rule.for must be a duration such as \"15s\" or \"1h30m\", not \"0.3\"");
    CHECK(errors(pack("alert = \"A\"\nexpr = \"up\"\nannotations = { summary = \"a ${b}\" }\n")) ==
          "isr.toml:12:30: annotations.summary: there is no parameter \"b\"; known parameters: "
          "idle_share, isr_window");
    // Behind a value, places are still those of the file.
    CHECK(errors(pack("alert = \"A\"\nexpr = \"up > ${idle_share} + sum(up\"\n")) ==
          "isr.toml:11:36: expr: parse error: unclosed left parenthesis");
    CHECK(errors(pack("alert = \"A\"\nexpr = \"up > ${isr_window} up\"\n")) ==
          "isr.toml:11:28: expr: parse error: unexpected identifier \"up\"");
}

TEST_CASE("alert::Params: a parameter says its value, its unit and why") {
    CHECK(errors("[params.a]\ndefault = 1\nreason = \"r\"\n") ==
          "isr.toml:1:1: params.a.unit is required");
    CHECK(errors("[params.a]\nunit = \"ms\"\n") == "isr.toml:1:1: params.a.default is required\n"
                                                   "isr.toml:1:1: params.a.reason is required");
    CHECK(errors("[params.a]\ndefault = 5\nunit = \"duration\"\nreason = \"r\"\n") ==
          "isr.toml:2:11: params.a.default must be a duration such as \"5m\", as its unit is "
          "\"duration\"");
    CHECK(errors("[params.a]\ndefault = true\nunit = \"x\"\nreason = \"r\"\n") ==
          "isr.toml:2:11: params.a.default must be a number or a string that is not empty, not "
          "true");
    CHECK(errors("[params.a]\ndefault = 1\nunit = \"x\"\nreason = \"r\"\nmax = 2\n") ==
          "isr.toml:5:1: params.a.max is unknown; known keys: default, reason, unit");
    CHECK(errors("[params.a-b]\ndefault = 1\nunit = \"x\"\nreason = \"r\"\n") ==
          "isr.toml:1:1: params.a-b must be called by letters, digits and _");
}

TEST_CASE("alert::Params: text that only looks like a parameter stays") {
    const auto loaded = alert::parse_rules("[[rule]]\nalert = \"A\"\nexpr = 'label_replace(up, "
                                           "\"a\", \"$1 ${1} $\", \"b\", \"(.*)$\")'"
                                           "\n",
                                           "isr.toml");
    CHECK(promql::print(*only_rule(loaded).expr) ==
          R"(label_replace(up, "a", "$1 ${1} $", "b", "(.*)$"))");
}

TEST_CASE("alert::Params: an override of the wrong kind, or that no pack knows, is refused") {
    const auto refused = [](const config::RuleParam& override) {
        const testing::TempDir dir;
        dir.write("isr.toml", pack(kRule));
        return errors(alert::load_rules({dir.path("isr.toml")}, std::span(&override, 1)));
    };
    CHECK(refused(given("isr", "isr_window", "5", true)) ==
          "kw.toml:7:14: rules.params.isr.isr_window must be a duration such as \"5m\", not 5");
    CHECK(refused(given("isr", "isr_window", "long")) ==
          "kw.toml:7:14: rules.params.isr.isr_window must be a duration such as \"5m\", not "
          "\"long\"");
    CHECK(refused(given("isr", "idle_share", "0.4")) ==
          "kw.toml:7:14: rules.params.isr.idle_share must be a number, not \"0.4\"");
    CHECK(refused(given("isr", "isr_windows", "6m")) ==
          "kw.toml:7:14: rules.params.isr.isr_windows: the pack has no such parameter; did you "
          "mean isr_window?");
    CHECK(refused(given("isrr", "isr_window", "6m")) ==
          "kw.toml:7:14: rules.params.isrr: there is no such pack; did you mean isr?");
    CHECK(refused(given("isr", "isr_window", "6m")) == "");
}
