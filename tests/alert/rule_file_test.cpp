#include <doctest/doctest.h>

#include "alert/rule.h"
#include "promql/print.h"
#include "support/temp_dir.h"

using namespace keepwatch;
using alert::parse_rules;
using alert::Rule;

namespace {

std::string errors(const alert::LoadedRules& loaded) {
    std::string text;
    for (const auto& error : loaded.errors) text += (text.empty() ? "" : "\n") + error.to_string();
    return text;
}

std::string errors(std::string_view text, const std::string& name = "pack.toml") {
    return errors(parse_rules(text, name));
}

std::string yaml_errors(std::string_view text) {
    return errors(text, "r.yml");
}

const Rule& only_rule(const alert::LoadedRules& loaded) {
    REQUIRE(errors(loaded) == "");
    REQUIRE(loaded.rules.groups.size() == 1);
    REQUIRE(loaded.rules.groups[0].rules.size() == 1);
    return *loaded.rules.groups[0].rules[0];
}

std::string listed(const std::vector<alert::TemplatedLabel>& labels) {
    std::string text;
    for (const auto& label : labels) text += label.name + "=" + label.text + ";";
    return text;
}

} // namespace

TEST_CASE("alert::parse_rules: a native rule with everything") {
    const auto loaded = parse_rules(R"(
[group]
name  = "replication"
limit = 20

[[rule]]
alert           = "UnderReplicated"
expr            = "urp > 0"
recover         = "urp == 0"
for             = "1m"
keep_firing_for = "30s"
severity        = "critical"
scope           = "cluster"
no_data         = "alert"
on_error        = "keep"
runbook         = "KW-URP"
page_steps      = ["look at {{ $labels.instance }}"]
labels          = { team = "kafka" }
annotations     = { summary = "{{ $value }} partitions" }
)",
                                    "rules/pack.toml");
    const auto& rule = only_rule(loaded);
    CHECK(rule.kind == Rule::Kind::Alerting);
    CHECK(rule.name == "UnderReplicated");
    CHECK(promql::print(*rule.expr) == "urp > 0");
    CHECK(promql::print(*rule.recover) == "urp == 0");
    CHECK(rule.hold == minutes(1));
    CHECK(rule.keep_firing == seconds(30));
    CHECK(listed(rule.labels) == "team=kafka;severity=critical;");
    CHECK(listed(rule.annotations) == "summary={{ $value }} partitions;");
    CHECK(rule.scope == alert::Scope::Cluster);
    CHECK(rule.no_data == alert::NoData::Alert);
    CHECK(rule.runbook == "KW-URP");
    CHECK(rule.page_steps.size() == 1);
    CHECK(rule.at.line == 6);
    const auto& group = loaded.rules.groups[0];
    CHECK(group.manner == alert::Group::Manner::Native);
    CHECK(group.name == "replication");
    CHECK(group.limit == 20);
    CHECK(group.file == "rules/pack.toml");
}

TEST_CASE("alert::parse_rules: what a native rule is without being told") {
    const auto loaded =
        parse_rules("[[rule]]\nalert = \"A\"\nexpr = \"up == 0\"\n", "rules/broker.toml");
    const auto& rule = only_rule(loaded);
    CHECK(rule.hold == Duration{});
    CHECK(rule.scope == alert::Scope::Host);
    CHECK(rule.no_data == alert::NoData::Keep);
    CHECK_FALSE(rule.recover);
    CHECK(rule.labels.empty());
    CHECK(loaded.rules.groups[0].name == "broker");
    CHECK_FALSE(loaded.rules.groups[0].interval);
    const auto recorded =
        parse_rules("[[rule]]\nrecord = \"job:up:sum\"\nexpr = \"sum by (job) (up)\"\n", "p.toml");
    CHECK(only_rule(recorded).kind == Rule::Kind::Recording);
    CHECK(errors("") == "");
}

TEST_CASE("alert::parse_rules: errors of a native pack point into the file") {
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"sum(up\"\n") ==
          "pack.toml:3:15: expr: parse error: unclosed left parenthesis");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = '''\nup ==\n  sum(\n'''\n") ==
          "pack.toml:6:1: expr: parse error: unclosed left parenthesis");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\nannotations = { summary = \"x {{ nope "
                 "}}\" }\n") ==
          "pack.toml:4:33: annotations.summary: function \"nope\" not defined");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up[5m]\"\n") ==
          "pack.toml:3:8: rule.expr must give an instant vector or a scalar, not a range vector");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\nrecover = \"up ==\"\n") ==
          "pack.toml:4:17: recover: parse error: unexpected end of input");
    CHECK(errors("[[rule]]\nexpr = \"up\"\n") ==
          "pack.toml:1:1: rule. needs alert or record, its name");
    CHECK(errors("[[rule]]\nalert = \"A\"\nrecord = \"b\"\nexpr = \"up\"\n") ==
          "pack.toml:1:1: rule. has both alert and record; one is wanted");
    CHECK(errors("[[rule]]\nalert = \"A\"\n") == "pack.toml:1:1: rule.expr is required");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\nseverity = \"high\"\n") ==
          "pack.toml:4:12: rule.severity must be one of critical, warning, info, not \"high\"");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\nseverity = \"info\"\nlabels = { severity "
                 "= \"x\" }\n") ==
          "pack.toml:4:12: rule.severity is given twice: also among labels");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\nlabels = { \"a-b\" = \"x\" }\n") ==
          "pack.toml:4:10: rule.labels cannot set the label \"a-b\"");
    CHECK(errors("[[rule]]\nrecord = \"a b\"\nexpr = \"up\"\n") ==
          "pack.toml:2:10: rule.record must be the name of a metric, not \"a b\"");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\npage_steps = [\"a\", \"b\", \"c\", "
                 "\"d\"]\n") ==
          "pack.toml:4:14: rule.page_steps has 4 steps; at most 3 fit a page");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\npage_steps = [\"a\", \"{{ if }}\"]\n") ==
          "pack.toml:4:20: page_steps: 1:7: missing value for if");
    CHECK(errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\npage_steps = [\"" +
                 std::string(201, 'x') + "\"]\n") ==
          "pack.toml:4:15: rule.page_steps has a step of 201 bytes; at most 200 are allowed");
    CHECK(errors("[[rule]]\nrecord = \"a\"\nexpr = \"up\"\nfor = \"1m\"\n") ==
          "pack.toml:4:1: rule.for is unknown; known keys: expr, labels, record");
    CHECK(
        errors("[[rule]]\nalert = \"A\"\nexpr = \"up\"\nfor = 5\n") ==
        "pack.toml:4:7: rule.for must be a duration such as \"15s\" or \"1h30m\", not an integer");
}

TEST_CASE("alert::parse_rules: one bad rule does not hide the others, nor its other errors") {
    const auto loaded = parse_rules(R"([[rule]]
alert = "Bad"
expr = "up =="
fro = "1m"
[[rule]]
alert = "Good"
expr = "up"
)",
                                    "p.toml");
    CHECK(loaded.errors.size() == 2);
    REQUIRE(loaded.rules.groups.size() == 1);
    REQUIRE(loaded.rules.groups[0].rules.size() == 1);
    CHECK(loaded.rules.groups[0].rules[0]->name == "Good");
}

TEST_CASE("alert::parse_rules: a Prometheus file as Prometheus reads it") {
    const auto loaded = parse_rules(R"(
groups:
- name: g
  interval: 30s
  query_offset: 5s
  limit: 3
  labels: {team: kafka, severity: page}
  rules:
  - alert: A
    expr: |
      up
        == 0
    for: 1m
    keep_firing_for: 2m
    labels:
      severity: critical
      n: 5
      b: true
      empty:
    annotations:
      summary: "{{ $labels.instance }} is down"
  - record: job:up:sum
    expr: sum by (job) (up)
)",
                                    "r.yml");
    REQUIRE(errors(loaded) == "");
    REQUIRE(loaded.rules.groups.size() == 1);
    const auto& group = loaded.rules.groups[0];
    CHECK(group.manner == alert::Group::Manner::Prometheus);
    CHECK(group.interval == seconds(30));
    CHECK(group.query_offset == seconds(5));
    CHECK(group.limit == 3);
    REQUIRE(group.rules.size() == 2);
    const auto& rule = *group.rules[0];
    CHECK(promql::print(*rule.expr) == "up == 0");
    CHECK(rule.hold == minutes(1));
    CHECK(rule.keep_firing == minutes(2));
    CHECK(listed(rule.labels) == "severity=critical;n=5;b=true;empty=;team=kafka;");
    CHECK(listed(rule.annotations) == "summary={{ $labels.instance }} is down;");
    CHECK(rule.at.line == 9);
    CHECK(group.rules[1]->kind == Rule::Kind::Recording);
    CHECK(yaml_errors("") == "");
    CHECK(yaml_errors("groups:\n") == "");
    CHECK(yaml_errors("groups:\n- name: a\n") == "");
    CHECK(yaml_errors("groups:\n- name: a\n  limit: -1\n  interval: 0s\n  rules: []\n") == "");
    CHECK(yaml_errors(
              "groups:\n- name: a\n  rules:\n  - {alert: x, expr: 1}\n  - {alert: x, expr: 1}\n"
              "  - {alert: \"a{b}\", expr: 0}\n") == "");
    CHECK(yaml_errors("x: &x\n  alert: A\ngroups: []\n") ==
          "r.yml:1:4: unknown field \"x\" in a rule file; known fields: groups");
    CHECK(
        yaml_errors(
            "groups:\n- name: a\n  rules:\n  - &x {alert: x, expr: 1}\n  - {<<: *x, expr: 2}\n") ==
        "");
}

TEST_CASE("alert::parse_rules: what Prometheus refuses is refused, with its place") {
    const std::string group = "groups:\n- name: a\n  rules:\n";
    CHECK(
        yaml_errors("groups:\n- name: a\n  foo: 1\n") ==
        "r.yml:3:8: unknown field \"foo\" in a group; known fields: name, interval, query_offset, "
        "limit, labels, rules");
    CHECK(yaml_errors("groups:\n- name: a\n- name: a\n") ==
          "r.yml:3:3: groupname: \"a\" is repeated in the same file");
    CHECK(yaml_errors("groups:\n- rules: []\n") == "r.yml:2:3: Groupname must not be empty");
    CHECK(yaml_errors("groups:\n- name: a\n  interval: 5x\n") ==
          "r.yml:3:13: interval: not a valid duration string: \"5x\"");
    CHECK(yaml_errors("groups:\n- name: a\n  limit: many\n") ==
          "r.yml:3:10: limit must be an integer, not \"many\"");
    CHECK(yaml_errors("groups:\n- name: a\n  labels: {__name__: x}\n") ==
          "r.yml:3:22: group \"a\": invalid label name: __name__");
    CHECK(yaml_errors("groups: 5\n") == "r.yml:1:9: groups must be a list");
    CHECK(yaml_errors("- a\n") == "r.yml:1:1: a rule file must be a map");
    CHECK(yaml_errors(group + "  - expr: up\n") ==
          "r.yml:4:5: group \"a\", rule 1: one of 'record' or 'alert' must be set");
    CHECK(yaml_errors(group + "  - alert: A\n    record: b\n    expr: up\n") ==
          "r.yml:4:5: group \"a\", rule 1: only one of 'record' and 'alert' must be set");
    CHECK(yaml_errors(group + "  - alert: A\n") ==
          "r.yml:4:5: group \"a\", rule 1: field 'expr' must be set in rule");
    CHECK(yaml_errors(group +
                      "  - record: b\n    expr: up\n    for: 1m\n    annotations: {a: b}\n") ==
          "r.yml:4:5: group \"a\", rule 1: invalid field 'annotations' in recording rule\n"
          "r.yml:6:10: group \"a\", rule 1: invalid field 'for' in recording rule");
    CHECK(
        yaml_errors(group + "  - record: b{a}\n    expr: up\n") ==
        "r.yml:4:13: group \"a\", rule 1: braces present in the recording rule name; should it be "
        "in expr?: b{a}");
    CHECK(yaml_errors(group + "  - alert: A\n    expr: up\n    for: 1x\n") ==
          "r.yml:6:10: for: not a valid duration string: \"1x\"");
    CHECK(yaml_errors(group + "  - alert: A\n    expr: up\n    alert: B\n") ==
          "r.yml:6:5: group \"a\", rule 1 has \"alert\" twice");
    CHECK(yaml_errors(group + "  - alert: A\n    expr: up\n    severity: x\n") ==
          "r.yml:6:15: unknown field \"severity\" in group \"a\", rule 1; known fields: record, "
          "alert, "
          "expr, for, keep_firing_for, labels, annotations");
    CHECK(yaml_errors(group + "  - alert: A\n    expr: [up]\n") ==
          "r.yml:5:11: group \"a\", rule 1: expr must be a string, not a list\n"
          "r.yml:4:5: group \"a\", rule 1: field 'expr' must be set in rule");
    CHECK(yaml_errors(group + "  - alert: A\n    expr: up\n    labels: {__name__: x}\n    "
                              "annotations: {\"\": y}\n") ==
          "r.yml:6:24: group \"a\", rule 1, \"A\": invalid label name: __name__\n"
          "r.yml:7:23: group \"a\", rule 1, \"A\": invalid annotation name: ");
    CHECK(yaml_errors("groups: [\n") != "");
    CHECK(yaml_errors("groups:\n\t- name: a\n") != "");
    CHECK(yaml_errors(std::string(5000, '[')) != "");
}

TEST_CASE("alert::parse_rules: an error in an expression of YAML points into the expression") {
    const std::string group = "groups:\n- name: a\n  rules:\n  - alert: A\n";
    const std::string message =
        ": group \"a\", rule 1, \"A\": parse error: unclosed left parenthesis";
    CHECK(yaml_errors(group + "    expr: sum(up\n") == "r.yml:5:17" + message);
    CHECK(yaml_errors(group + "    expr: \"sum(up\"\n") == "r.yml:5:18" + message);
    CHECK(yaml_errors(group + "    expr: 'sum(up'\n") == "r.yml:5:18" + message);
    CHECK(yaml_errors(group + "    expr: |\n      up ==\n        sum(up\n") ==
          "r.yml:7:15" + message);
    CHECK(yaml_errors(group + "    expr: >\n      up ==\n      sum(up\n") ==
          "r.yml:5:11: group \"a\", rule 1, \"A\": 2:1: parse error: unclosed left parenthesis");
    CHECK(yaml_errors(group + "    expr: up\n    annotations: {summary: \"a {{ nope }}\"}\n") ==
          "r.yml:6:34: group \"a\", rule 1, \"A\": annotation \"summary\": function \"nope\" not "
          "defined");
}

TEST_CASE("alert::load_rules: folders in order of names, not descending, each file once") {
    const testing::TempDir dir;
    std::filesystem::create_directory(dir.path("deeper"));
    dir.write("b.yml", "groups:\n- name: b\n  rules:\n  - {alert: B, expr: up}\n");
    dir.write("a.toml", "[[rule]]\nalert = \"A\"\nexpr = \"up\"\n");
    dir.write("notes.md", "not a rule file");
    dir.write("deeper/c.toml", "[[rule]]\nalert = \"C\"\nexpr = \"up\"\n");
    const auto path = dir.path(".").substr(0, dir.path(".").size() - 2);
    const auto loaded = alert::load_rules({path, path + "/a.toml"});
    CHECK(errors(loaded) == "");
    REQUIRE(loaded.rules.groups.size() == 2);
    CHECK(loaded.rules.groups[0].name == "a");
    CHECK(loaded.rules.groups[1].name == "b");
    CHECK(loaded.files == std::vector<std::string>{path + "/a.toml", path + "/b.yml"});
    CHECK(errors(alert::load_rules({path + "/gone"})) ==
          path + "/gone: no such rule file or folder");
    CHECK(errors(alert::load_rules({path + "/notes.md"})) ==
          path + "/notes.md: rules are read from .toml, .yml and .yaml files");
}
