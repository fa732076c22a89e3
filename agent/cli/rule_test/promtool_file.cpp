#include "cli/rule_test/promtool_file.h"

#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "alert/yaml_map.h"
#include "model/number.h"

namespace keepwatch::cli::rule_test {
namespace {

using YAML::Node;

// A number as YAML 1.1 writes it: also .inf, .nan, 0x1f, 017 and 1_000.
std::optional<double> yaml_number(std::string text) {
    if (text == ".nan" || text == ".NaN" || text == ".NAN")
        return std::numeric_limits<double>::quiet_NaN();
    std::erase(text, '_');
    const bool negative = text.starts_with('-');
    auto digits = std::string_view(text).substr(negative || text.starts_with('+') ? 1 : 0);
    const auto sign = negative ? -1.0 : 1.0;
    if (digits == ".inf" || digits == ".Inf" || digits == ".INF")
        return sign * std::numeric_limits<double>::infinity();
    int base = 10;
    if (digits.starts_with("0x"))
        base = 16, digits.remove_prefix(2);
    else if (digits.starts_with("0b"))
        base = 2, digits.remove_prefix(2);
    else if (digits.starts_with("0o"))
        base = 8, digits.remove_prefix(2);
    else if (digits.size() > 1 && digits.starts_with('0') &&
             digits.find_first_not_of("01234567") == digits.npos)
        base = 8;
    if (base != 10) {
        std::uint64_t value = 0;
        const auto [end, wrong] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
        if (wrong != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
        return sign * static_cast<double>(value);
    }
    if (digits.empty() || digits.find_first_not_of("0123456789.eE+-") != digits.npos)
        return std::nullopt;
    return parse_number(text);
}

class Reader {
public:
    Reader(std::string_view text, const std::string& name, LoadedPromtoolFile& into)
        : yaml_(text, name, into.errors), into_(into.file) {}

    void read(const Node& root) {
        if (!root.IsDefined()) return;
        map(root, "a test file",
            {{"rule_files", [&](const Node& node) { strings(node, into_.rule_files); }},
             {"evaluation_interval",
              [&](const Node& node) { duration(node, into_.evaluation_interval); }},
             {"group_eval_order", [&](const Node& node) { strings(node, into_.group_order); }},
             {"fuzzy_compare", [&](const Node& node) { flag(node, into_.is_fuzzy); }},
             {"tests",
              [&](const Node& node) { list(node, [&](const Node& test) { read_test(test); }); }}});
        if (into_.evaluation_interval.ms == 0) into_.evaluation_interval = minutes(1);
        for (auto& test : into_.tests)
            if (test.interval.ms == 0) test.interval = into_.evaluation_interval;
        std::set<std::string> seen;
        for (const auto& group : into_.group_order)
            if (!seen.insert(group).second)
                yaml_.fail(yaml_.at(root), "group name repeated in evaluation order: " + group);
    }

private:
    using Field = std::function<void(const Node&)>;
    using Fields = std::map<std::string_view, Field>;

    void map(const Node& node, std::string_view what, const Fields& fields) {
        const auto entries = yaml_.entries(node, what);
        if (!entries) return;
        for (const auto& [key, value] : *entries) {
            const auto field = fields.find(key);
            if (field != fields.end())
                field->second(value);
            else
                yaml_.fail(yaml_.at(value),
                           fmt::format("unknown field {} in {}", keepwatch::quoted(key), what));
        }
    }

    void list(const Node& node, const Field& each) {
        if (node.IsNull()) return;
        if (!node.IsSequence()) return yaml_.fail(yaml_.at(node), "must be a list");
        for (const auto& element : node) each(element);
    }

    void text(const Node& node, std::string& into) {
        if (auto value = yaml_.text(node, "this")) into = *std::move(value);
    }

    void strings(const Node& node, std::vector<std::string>& into) {
        list(node, [&](const Node& element) { text(element, into.emplace_back()); });
    }

    void duration(const Node& node, Duration& into) {
        std::string written;
        text(node, written);
        if (node.IsNull() || !node.IsScalar()) return;
        const auto parsed = parse_duration(written);
        if (parsed)
            into = *parsed;
        else
            yaml_.fail(yaml_.at(node), parsed.error().message);
    }

    void flag(const Node& node, bool& into) {
        if (node.IsNull()) return;
        if (node.IsScalar() && YAML::convert<bool>::decode(node, into)) return;
        yaml_.fail(yaml_.at(node), "must be true or false");
    }

    void number(const Node& node, double& into) {
        if (node.IsNull()) return;
        const bool in_quotes = node.Tag() == "!";
        const auto value =
            node.IsScalar() && !in_quotes ? yaml_number(node.Scalar()) : std::nullopt;
        if (value)
            into = *value;
        else
            yaml_.fail(yaml_.at(node), "must be a number");
    }

    void labels(const Node& node, std::string_view what, ExactLabels& into) {
        const auto entries = yaml_.entries(node, what);
        if (!entries) return;
        for (const auto& [name, value] : *entries) text(value, into[name]);
    }

    void read_test(const Node& node) {
        auto& test = into_.tests.emplace_back();
        map(node, "a test",
            {{"name", [&](const Node& value) { text(value, test.name); }},
             {"interval", [&](const Node& value) { duration(value, test.interval); }},
             {"input_series",
              [&](const Node& value) {
                  list(value, [&](const Node& series) { read_series(series, test.series); });
              }},
             {"alert_rule_test",
              [&](const Node& value) {
                  list(value, [&](const Node& one) { read_alert_case(one, test); });
              }},
             {"promql_expr_test",
              [&](const Node& value) {
                  list(value, [&](const Node& one) { read_query_case(one, test); });
              }},
             {"external_labels",
              [&](const Node& value) {
                  ExactLabels given;
                  labels(value, "external_labels", given);
                  test.external_labels = Labels::from({given.begin(), given.end()});
              }},
             {"external_url", [&](const Node& value) { text(value, test.external_url); }},
             {"start_timestamp", [&](const Node& value) { read_start(value, test.start); }}});
    }

    void read_start(const Node& node, Timestamp& into) {
        std::string written;
        text(node, written);
        const auto parsed = parse_timestamp(written);
        if (parsed)
            into = *parsed;
        else
            yaml_.fail(yaml_.at(node), parsed.error().message);
    }

    void read_series(const Node& node, std::string& lines) {
        std::string series;
        std::string values;
        map(node, "an input series",
            {{"series", [&](const Node& value) { text(value, series); }},
             {"values", [&](const Node& value) { text(value, values); }}});
        lines += fmt::format("{} {}\n", series, values);
    }

    void read_alert_case(const Node& node, PromtoolTest& test) {
        auto& one = test.alerts.emplace_back();
        one.where = yaml_.at(node);
        map(node, "an alert_rule_test",
            {{"eval_time", [&](const Node& value) { duration(value, one.at); }},
             {"alertname", [&](const Node& value) { text(value, one.alert); }},
             {"exp_alerts", [&](const Node& value) {
                  list(value, [&](const Node& alert) {
                      auto& expected = one.expected.emplace_back();
                      map(alert, "an expected alert",
                          {{"exp_labels",
                            [&](const Node& n) { labels(n, "exp_labels", expected.labels); }},
                           {"exp_annotations", [&](const Node& n) {
                                labels(n, "exp_annotations", expected.annotations);
                            }}});
                  });
              }}});
    }

    void read_query_case(const Node& node, PromtoolTest& test) {
        auto& one = test.queries.emplace_back();
        one.where = yaml_.at(node);
        map(node, "a promql_expr_test",
            {{"expr", [&](const Node& value) { text(value, one.expr); }},
             {"eval_time", [&](const Node& value) { duration(value, one.at); }},
             {"exp_samples", [&](const Node& value) {
                  list(value, [&](const Node& sample) {
                      auto& expected = one.expected.emplace_back();
                      map(sample, "an expected sample",
                          {{"labels", [&](const Node& n) { text(n, expected.labels); }},
                           {"value", [&](const Node& n) { number(n, expected.value); }},
                           {"histogram", [&](const Node& n) { text(n, expected.histogram); }}});
                  });
              }}});
    }

    alert::YamlFile yaml_;
    PromtoolFile& into_;
};

} // namespace

LoadedPromtoolFile parse_promtool_file(std::string_view text, const std::string& name) {
    LoadedPromtoolFile loaded;
    try {
        Reader(text, name, loaded).read(YAML::Load(std::string(text)));
    } catch (const YAML::Exception& e) {
        loaded.errors.push_back(
            {ErrorKind::InvalidInput, "yaml: " + e.msg,
             Location{.file = name,
                      .line = static_cast<std::uint32_t>(e.mark.line + 1),
                      .column = static_cast<std::uint32_t>(e.mark.column + 1)}});
    }
    return loaded;
}

} // namespace keepwatch::cli::rule_test
