#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "serve/alert_json.h"
#include "serve/handlers/handlers.h"

namespace keepwatch::serve {
namespace {

// Which rules are asked for; the names are those of the query's parameters.
struct Filter {
    std::string_view type; // "alert", "record" or "".
    std::vector<std::string_view> rule_names;
    std::vector<std::string_view> rule_groups;
    std::vector<std::string_view> files;
    bool exclude_alerts = false;
};

bool is_among(const std::vector<std::string_view>& names, std::string_view name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

bool is_wanted(const RuleView& rule, const Filter& filter) {
    if (filter.type == "alert" && rule.recording) return false;
    if (filter.type == "record" && !rule.recording) return false;
    return is_among(filter.rule_names, rule.name);
}

std::string_view health_name(Health health) {
    switch (health) {
    case Health::Ok:
        return "ok";
    case Health::Err:
        return "err";
    case Health::Unknown:
        break;
    }
    return "unknown";
}

alert::State state(const RuleView& rule) {
    auto highest = alert::State::Inactive;
    for (const auto& alert : rule.alerts) highest = std::max(highest, alert.state);
    return highest;
}

std::string time(const std::optional<Timestamp>& moment) {
    return moment ? format_rfc3339(*moment) : "0001-01-01T00:00:00Z"; // Go's zero time.
}

json::object rule_json(const RuleView& rule, const Filter& filter) {
    json::object object; // In the order of Prometheus's fields.
    if (!rule.recording) object["state"] = name(state(rule));
    object["name"] = to_json(rule.name);
    object["query"] = to_json(rule.query);
    if (!rule.recording) {
        object["duration"] = to_json(rule.hold.seconds());
        object["keepFiringFor"] = to_json(rule.keep_firing.seconds());
    }
    if (!rule.recording || !rule.labels.empty()) object["labels"] = to_json(rule.labels);
    if (!rule.recording) {
        object["annotations"] = to_json(rule.annotations);
        if (!filter.exclude_alerts) object["alerts"] = to_json(rule.alerts);
    }
    object["health"] = health_name(rule.health);
    if (!rule.last_error.empty()) object["lastError"] = to_json(rule.last_error);
    object["evaluationTime"] = to_json(rule.evaluation_seconds);
    object["lastEvaluation"] = time(rule.last_evaluation);
    object["type"] = rule.recording ? "recording" : "alerting";
    return object;
}

json::object group_json(const GroupView& group, json::array rules) {
    json::object object;
    object["name"] = to_json(group.name);
    object["file"] = to_json(group.file);
    object["rules"] = std::move(rules);
    object["interval"] = to_json(group.interval.seconds());
    object["limit"] = group.limit;
    object["evaluationTime"] = to_json(group.evaluation_seconds);
    object["lastEvaluation"] = time(group.last_evaluation);
    return object;
}

// Groups of which nothing is wanted are left out.
json::array groups_json(const std::vector<GroupView>& groups, const Filter& filter) {
    json::array array;
    for (const auto& group : groups) {
        if (!is_among(filter.rule_groups, group.name) || !is_among(filter.files, group.file)) {
            continue;
        }
        json::array wanted;
        for (const auto& rule : group.rules) {
            if (is_wanted(rule, filter)) wanted.push_back(rule_json(rule, filter));
        }
        if (!wanted.empty()) array.push_back(group_json(group, std::move(wanted)));
    }
    return array;
}

} // namespace

Handler rules(const Board& board) {
    return [&board](const net::IncomingRequest& request) -> net::Response {
        Filter filter;
        filter.type = request.param("type");
        if (!filter.type.empty() && filter.type != "alert" && filter.type != "record") {
            return failure(400, "bad_data",
                           fmt::format("invalid parameter \"type\": not supported value {}",
                                       quoted(filter.type)));
        }
        filter.rule_names = request.params("rule_name[]");
        filter.rule_groups = request.params("rule_group[]");
        filter.files = request.params("file[]");
        filter.exclude_alerts = request.param("exclude_alerts") == "true";
        json::object data;
        data["groups"] = groups_json(board.newest()->groups, filter);
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
