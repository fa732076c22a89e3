// The sink of kind "alertmanager": alerts by its API, version 2, as Prometheus sends them.
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
//
// Alertmanager forgets an alert that nobody repeats, so each is sent anew after the resend delay,
// good until four delays later. Prometheus repeats when it evaluates, and thus waits for the longer
// of interval and delay; repeats here need no evaluation: as long as the agent lives and the alert
// is not over, it stays.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "model/utf8.h"
#include "notify/content.h"
#include "notify/post.h"
#include "notify/sender.h"
#include "notify/texts_json.h"
#include "promql/print.h"
#include "templating/url.h"

namespace keepwatch::notify {
namespace {

namespace json = boost::json;

constexpr std::string_view kPath = "/api/v2/alerts";
constexpr std::size_t kAlertsMax = 256; // In one request, as Prometheus.
constexpr std::size_t kAnnotationBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kLabelBytesMax = 4096;
constexpr int kDelaysGood = 4;

// What Prometheus's rules know by their next evaluation: the annotations as they read now.
routing::Notification refreshed(const routing::Notification& notification,
                                const Destination& destination) {
    auto fresh = notification;
    if (!destination.find) return fresh;
    for (auto& alert : fresh.alerts) {
        const auto found = destination.find(alert.labels);
        if (found.alert && is_firing(alert)) alert.annotations = found.alert->annotations;
    }
    return fresh;
}

std::string generator_url(const Labels& alert, const Destination& destination) {
    if (!destination.find || destination.external_url.empty()) return "";
    const auto* rule = destination.find(alert).rule;
    if (rule == nullptr) return "";
    return fmt::format("{}/graph?g0.expr={}&g0.tab=1", destination.external_url,
                       templating::query_escape(promql::print(*rule->expr)));
}

json::object to_json(const ShownAlert& shown, const Destination& destination) {
    const auto& alert = *shown.alert;
    auto labels = json_of(shown.labels);
    for (const auto& [name, value] : destination.external_labels)
        labels.emplace(valid_utf8(name), valid_utf8(value)); // Unless the alert has its own.
    const auto delay = destination.sink->repeat_after.value_or(Duration{});
    const auto ends = is_firing(alert) ? destination.now + delay * kDelaysGood : alert.resolved_at;
    json::object object;
    object["labels"] = std::move(labels);
    object["annotations"] = json_of(shown.annotations);
    object["startsAt"] = format_rfc3339(alert.fired_at);
    object["endsAt"] = format_rfc3339(std::max(ends, alert.fired_at));
    if (const auto url = generator_url(alert.labels, destination); !url.empty())
        object["generatorURL"] = url;
    return object;
}

Result<net::Request> render(const routing::Notification& notification,
                            const Destination& destination) {
    const auto& sink = *destination.sink;
    KW_TRY(auto request, post_to(sink));
    auto& path = request.url.target; // May have been written with a slash, or more, at its end.
    while (path.ends_with('/')) path.pop_back();
    path += kPath;
    request.headers.add("Content-Type", "application/json");
    if (auto added = add_token(sink, request); !added) return std::move(added).error();
    const auto fresh = refreshed(notification, destination);
    json::array alerts;
    for (const auto& shown : shown_alerts(fresh, {kNoBound, kAnnotationBytesMax, kLabelBytesMax}))
        alerts.push_back(to_json(shown, destination));
    request.body = json::serialize(alerts);
    return request;
}

} // namespace

const Sender kAlertmanagerSender = {config::SinkKind::Alertmanager, render, judge_http, kAlertsMax};

} // namespace keepwatch::notify
