#include <charconv>
#include <set>

#include <fmt/format.h>

#include "alert/rule_parts.h"
#include "alert/yaml_map.h"
#include "model/utf8.h"

// Rule files of Prometheus, accepted and refused as Prometheus 3 does.
// https://github.com/prometheus/prometheus/blob/main/model/rulefmt/rulefmt.go
namespace keepwatch::alert {
namespace {

constexpr std::string_view kGroupFields = "name, interval, query_offset, limit, labels, rules";
constexpr std::string_view kRuleFields =
    "record, alert, expr, for, keep_firing_for, labels, annotations";

// Prometheus 3 takes any UTF-8 for the name of a label or metric.
bool is_utf8_name(std::string_view name) {
    return !name.empty() && valid_utf8(name) == name;
}

// A `rules:` entry as it is written, each part with its node.
struct RuleNodes {
    std::string record, alert, expr, hold, keep_firing;
    YAML::Node name_node, expr_node, hold_node, keep_node;
    StringPairs labels, annotations;
};

class PrometheusFile {
public:
    PrometheusFile(std::string_view text, const std::string& name, const promql::Features& features,
                   LoadedRules& into)
        : file_(text, name, into.errors), name_(name), features_(features), into_(into) {}

    void read(const YAML::Node& root) {
        if (!root.IsDefined() || root.IsNull())
            return; // Prometheus takes an empty file for no rules.
        const auto fields = file_.entries(root, "a rule file");
        if (!fields) return;
        for (const auto& [key, node] : *fields) {
            if (key != "groups")
                unknown(node, key, "a rule file", "groups");
            else if (node.IsSequence())
                for (const auto& group : node) {
                    if (!group.IsNull()) read_group(group); // As if it was not there.
                }
            else if (!node.IsNull())
                file_.fail(file_.at(node), "groups must be a list");
        }
    }

private:
    void unknown(const YAML::Node& node, const std::string& key, std::string_view what,
                 std::string_view known) {
        file_.fail(file_.at(node), fmt::format("unknown field {} in {}; known fields: {}",
                                               keepwatch::quoted(key), what, known));
    }

    void read_group(const YAML::Node& node) {
        const auto fields = file_.entries(node, "a group");
        if (!fields) return;
        Group group;
        group.manner = Group::Manner::Prometheus;
        group.file = name_;
        group.features = features_;
        YAML::Node rules;
        StringPairs labels;
        for (const auto& [key, value] : *fields)
            if (key == "name") group.name = file_.text(value, "name").value_or("");
        for (const auto& [key, value] : *fields) {
            if (key == "interval")
                group.interval = interval(value);
            else if (key == "query_offset")
                group.query_offset = duration(value, key).value_or(Duration{});
            else if (key == "limit")
                group.limit = limit(value);
            else if (key == "labels")
                labels = file_.entries(value, "labels").value_or(StringPairs{});
            else if (key == "rules")
                rules.reset(value);
            else if (key != "name")
                unknown(value, key, "a group", kGroupFields);
        }
        check_group_name(node, group.name);
        check_labels(fmt::format("group {}", keepwatch::quoted(group.name)), labels);
        if (rules.IsDefined() && !rules.IsNull() && !rules.IsSequence())
            file_.fail(file_.at(rules), "rules must be a list");
        if (rules.IsSequence()) read_rules(rules, labels, group);
        into_.rules.groups.push_back(std::move(group));
    }

    void read_rules(const YAML::Node& rules, const StringPairs& labels, Group& group) {
        std::size_t number = 0;
        for (const auto& node : rules) {
            if (node.IsNull()) continue;
            ++number;
            if (auto rule = read_rule(
                    node, labels,
                    fmt::format("group {}, rule {}", keepwatch::quoted(group.name), number)))
                group.rules.push_back(std::move(rule));
        }
    }

    void check_group_name(const YAML::Node& node, const std::string& name) {
        if (name.empty())
            file_.fail(file_.at(node), "Groupname must not be empty");
        else if (!names_.insert(name).second)
            file_.fail(file_.at(node), fmt::format("groupname: {} is repeated in the same file",
                                                   keepwatch::quoted(name)));
    }

    std::optional<Duration> duration(const YAML::Node& node, std::string_view key) {
        const auto text = file_.text(node, key);
        if (!text || node.IsNull()) return std::nullopt;
        const auto parsed = parse_duration(*text);
        if (parsed) return *parsed;
        file_.fail(file_.at(node), fmt::format("{}: {}", key, parsed.error().message));
        return std::nullopt;
    }

    // Zero means the same as absent: the default.
    std::optional<Duration> interval(const YAML::Node& node) {
        const auto given = duration(node, "interval");
        return given && given->ms > 0 ? given : std::nullopt;
    }

    std::size_t limit(const YAML::Node& node) {
        const auto text = file_.text(node, "limit");
        if (!text || text->empty()) return 0;
        std::int64_t number = 0;
        const auto [end, failed] =
            std::from_chars(text->data(), text->data() + text->size(), number);
        if (failed != std::errc() || end != text->data() + text->size())
            file_.fail(file_.at(node),
                       fmt::format("limit must be an integer, not {}", keepwatch::quoted(*text)));
        return number > 0 ? static_cast<std::size_t>(number) : 0;
    }

    std::shared_ptr<const Rule> read_rule(const YAML::Node& node, const StringPairs& group_labels,
                                          const std::string& where) {
        const auto errors_before = into_.errors.size();
        const auto fields = file_.entries(node, where);
        if (!fields) return nullptr;
        RuleNodes nodes;
        for (const auto& [key, value] : *fields) read_field(key, value, where, nodes);
        Rule rule;
        rule.at = file_.at(node);
        rule.scope = Scope::Host;
        check(node, nodes, where);
        const auto named =
            where + ", " + keepwatch::quoted(nodes.alert.empty() ? nodes.record : nodes.alert);
        fill(rule, nodes, group_labels, named);
        if (into_.errors.size() != errors_before) return nullptr;
        return std::make_shared<const Rule>(std::move(rule));
    }

    void read_field(const std::string& key, const YAML::Node& value, const std::string& where,
                    RuleNodes& nodes) {
        const auto text = [&](std::string& into, YAML::Node* keep) {
            into = file_.text(value, where + ": " + key).value_or("");
            if (keep != nullptr) keep->reset(value);
        };
        if (key == "record")
            text(nodes.record, &nodes.name_node);
        else if (key == "alert")
            text(nodes.alert, nullptr);
        else if (key == "expr")
            text(nodes.expr, &nodes.expr_node);
        else if (key == "for")
            text(nodes.hold, &nodes.hold_node);
        else if (key == "keep_firing_for")
            text(nodes.keep_firing, &nodes.keep_node);
        else if (key == "labels")
            nodes.labels = file_.entries(value, where + ": labels").value_or(StringPairs{});
        else if (key == "annotations")
            nodes.annotations =
                file_.entries(value, where + ": annotations").value_or(StringPairs{});
        else
            unknown(value, key, where, kRuleFields);
    }

    // What Prometheus demands of a rule before it looks inside its parts.
    void check(const YAML::Node& node, const RuleNodes& nodes, const std::string& where) {
        const auto fail = [&](const YAML::Node& at, std::string_view message) {
            file_.fail(file_.at(at), fmt::format("{}: {}", where, message));
        };
        if (!nodes.record.empty() && !nodes.alert.empty())
            fail(node, "only one of 'record' and 'alert' must be set");
        if (nodes.record.empty() && nodes.alert.empty())
            fail(node, "one of 'record' or 'alert' must be set");
        if (nodes.expr.empty()) fail(node, "field 'expr' must be set in rule");
        if (nodes.record.empty()) return;
        if (!nodes.annotations.empty()) fail(node, "invalid field 'annotations' in recording rule");
        if (!nodes.hold.empty() && nodes.hold != "0")
            fail(nodes.hold_node, "invalid field 'for' in recording rule");
        if (!nodes.keep_firing.empty() && nodes.keep_firing != "0")
            fail(nodes.keep_node, "invalid field 'keep_firing_for' in recording rule");
        if (!is_utf8_name(nodes.record))
            fail(nodes.name_node, "invalid recording rule name: " + nodes.record);
        else if (nodes.record.find_first_of("{}") != std::string::npos)
            fail(nodes.name_node,
                 "braces present in the recording rule name; should it be in expr?: " +
                     nodes.record);
    }

    void fill(Rule& rule, const RuleNodes& nodes, const StringPairs& group_labels,
              const std::string& where) {
        rule.kind = nodes.record.empty() ? Rule::Kind::Alerting : Rule::Kind::Recording;
        rule.name = nodes.record.empty() ? nodes.alert : nodes.record;
        if (!nodes.expr.empty()) {
            auto expr = parse_expr(where, nodes.expr, file_.inside(nodes.expr_node), features_);
            if (expr)
                rule.expr = std::move(*expr);
            else
                fail(std::move(expr).error());
        }
        if (!nodes.hold.empty()) rule.hold = duration(nodes.hold_node, "for").value_or(Duration{});
        if (!nodes.keep_firing.empty())
            rule.keep_firing = duration(nodes.keep_node, "keep_firing_for").value_or(Duration{});
        check_labels(where, nodes.labels);
        templated(nodes.labels, where + ": label ", rule.labels);
        for (const auto& [name, node] : group_labels) { // The rule's own labels win.
            const bool overridden = std::any_of(nodes.labels.begin(), nodes.labels.end(),
                                                [&](const auto& own) { return own.first == name; });
            if (!overridden) templated({{name, node}}, where + ": label ", rule.labels);
        }
        for (const auto& [name, node] : nodes.annotations)
            if (!is_utf8_name(name))
                file_.fail(file_.at(node),
                           fmt::format("{}: invalid annotation name: {}", where, name));
        templated(nodes.annotations, where + ": annotation ", rule.annotations);
    }

    void check_labels(const std::string& where, const StringPairs& labels) {
        for (const auto& [name, node] : labels) {
            if (!is_utf8_name(name) || name == kNameLabel)
                file_.fail(file_.at(node), fmt::format("{}: invalid label name: {}", where, name));
            else if (node.IsScalar() && valid_utf8(node.Scalar()) != node.Scalar())
                file_.fail(file_.at(node), fmt::format("{}: invalid label value: {}", where,
                                                       valid_utf8(node.Scalar())));
        }
    }

    void templated(const StringPairs& texts, const std::string& part,
                   std::vector<TemplatedLabel>& into) {
        for (const auto& [name, node] : texts) {
            const auto text = file_.text(node, part + keepwatch::quoted(name));
            if (!text) continue;
            auto parsed =
                parse_templated(part + keepwatch::quoted(name), name, *text, file_.inside(node));
            if (parsed)
                into.push_back(std::move(*parsed));
            else
                fail(std::move(parsed).error());
        }
    }

    void fail(Error error) { file_.fail(error.at, std::move(error.message)); }

    YamlFile file_;
    std::string name_;
    const promql::Features& features_;
    LoadedRules& into_;
    std::set<std::string> names_;
};

} // namespace

LoadedRules parse_prometheus_rules(std::string_view text, const std::string& file_name,
                                   const promql::Features& features) {
    LoadedRules loaded;
    try {
        const auto root = YAML::Load(std::string(text));
        PrometheusFile(text, file_name, features, loaded).read(root);
    } catch (const YAML::Exception& e) {
        loaded.errors.push_back(
            {ErrorKind::InvalidInput, "yaml: " + e.msg,
             Location{.file = file_name,
                      .line = static_cast<std::uint32_t>(e.mark.line + 1),
                      .column = static_cast<std::uint32_t>(e.mark.column + 1)}});
    }
    return loaded;
}

} // namespace keepwatch::alert
