#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "model/fnv1a.h"
#include "promql/token.h"
#include "serve/alert_json.h"
#include "serve/handlers/handlers.h"
#include "serve/parameters.h"

namespace keepwatch::serve {
namespace {

// Which rules are asked for; the names are those of the query's parameters.
struct Filter {
    std::string type; // "alert", "record" or "".
    std::vector<std::string_view> rule_names;
    std::vector<std::string_view> rule_groups;
    std::vector<std::string_view> files;
    MatcherSets matches; // Of a rule's own labels.
    bool exclude_alerts = false;
    std::size_t group_limit = 0; // 0: none.
    std::string_view group_next_token;
};

Result<bool> read_exclude_alerts(const net::IncomingRequest& request) {
    const auto text = promql::lower_case(request.param("exclude_alerts"));
    if (text == "1" || text == "t" || text == "true") return true;
    if (text.empty() || text == "0" || text == "f" || text == "false") return false;
    return invalid_parameter("exclude_alerts",
                             fmt::format("error converting exclude_alerts: strconv.ParseBool: "
                                         "parsing {}: invalid syntax",
                                         quoted(text)));
}

Result<std::size_t> read_group_limit(const net::IncomingRequest& request) {
    const auto text = request.param("group_limit");
    if (text.empty()) {
        if (request.param("group_next_token").empty()) return std::size_t{0};
        return invalid_parameter(
            "group_next_token",
            "group_limit needs to be present in order to paginate over the groups");
    }
    std::int32_t limit = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (failed != std::errc() || end != text.data() + text.size())
        return invalid_parameter(
            "group_limit",
            fmt::format("group_limit needs to be a valid number: strconv.ParseInt: parsing {}: {}",
                        quoted(text),
                        failed == std::errc::result_out_of_range ? "value out of range"
                                                                 : "invalid syntax"));
    if (limit <= 0)
        return invalid_parameter("group_limit", "group_limit needs to be greater than 0");
    return static_cast<std::size_t>(limit);
}

Result<Filter> read_filter(const net::IncomingRequest& request) {
    Filter filter;
    KW_TRY(filter.matches, match_parameters(request));
    filter.type = promql::lower_case(request.param("type"));
    if (!filter.type.empty() && filter.type != "alert" && filter.type != "record")
        return invalid_parameter("type",
                                 fmt::format("not supported value {}", quoted(filter.type)));
    KW_TRY(filter.exclude_alerts, read_exclude_alerts(request));
    KW_TRY(filter.group_limit, read_group_limit(request));
    filter.group_next_token = request.param("group_next_token");
    filter.rule_names = request.params("rule_name[]");
    filter.rule_groups = request.params("rule_group[]");
    filter.files = request.params("file[]");
    return filter;
}

bool is_among(const std::vector<std::string_view>& names, std::string_view name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

bool is_wanted(const RuleView& rule, const Filter& filter) {
    if (filter.type == "alert" && rule.recording) return false;
    if (filter.type == "record" && !rule.recording) return false;
    const auto fits = [&](const auto& matchers) { return matches_all(matchers, rule.labels); };
    if (!filter.matches.empty() && std::none_of(filter.matches.begin(), filter.matches.end(), fits))
        return false;
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
    object["labels"] = to_json(rule.labels);
    if (!rule.recording) {
        object["annotations"] = to_json(rule.annotations);
        object["alerts"] = nullptr;
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

// Names a group where one page of the list ends and the next begins; means something to us only.
std::string token_of(const GroupView& group) {
    return fmt::format("{:016x}", fnv1a(group.name, fnv1a(";", fnv1a(group.file))));
}

struct GroupList {
    json::array groups;
    std::string next_token; // "" if that was all.
    bool token_found = true;
};

// Groups of which nothing is wanted are left out.
GroupList list_groups(const std::vector<GroupView>& groups, const Filter& filter) {
    GroupList list;
    list.token_found = filter.group_next_token.empty();
    for (const auto& group : groups) {
        list.token_found = list.token_found || token_of(group) == filter.group_next_token;
        if (!list.token_found) continue;
        if (!is_among(filter.rule_groups, group.name) || !is_among(filter.files, group.file))
            continue;
        json::array wanted;
        for (const auto& rule : group.rules)
            if (is_wanted(rule, filter)) wanted.push_back(rule_json(rule, filter));
        if (wanted.empty()) continue;
        if (filter.group_limit > 0 && list.groups.size() == filter.group_limit) {
            list.next_token = token_of(group);
            break;
        }
        list.groups.push_back(group_json(group, std::move(wanted)));
    }
    return list;
}

} // namespace

Handler rules(const Parts& parts) {
    return [&backend = parts.backend](const net::IncomingRequest& request) {
        const auto filter = read_filter(request);
        if (!filter) return bad_data(filter.error());
        const auto snapshot = backend.snapshot(soon());
        if (!snapshot) return unanswered(snapshot.error());
        auto list = list_groups((*snapshot)->groups, *filter);
        if (!list.token_found)
            return bad_data(invalid_parameter(
                "group_next_token", fmt::format("invalid group_next_token '{}'. were rule groups "
                                                "changed?",
                                                filter->group_next_token)));
        json::object data;
        data["groups"] = std::move(list.groups);
        if (!list.next_token.empty()) data["groupNextToken"] = list.next_token;
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
