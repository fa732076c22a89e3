// The sink of kind "pagerduty": the Events API, version 2.
// https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "model/utf8.h"
#include "notify/content.h"
#include "notify/headline.h"
#include "notify/post.h"
#include "notify/sender.h"

namespace keepwatch::notify {
namespace {

namespace json = boost::json;

constexpr std::string_view kService = "https://events.pagerduty.com/v2/enqueue";
constexpr std::size_t kSummaryBytesMax = 1024; // Of characters, of which none is below a byte.
constexpr std::size_t kEventBytesMax = 512'000;

json::object details_of(const routing::Notification& notification, const Bounds& bounds) {
    json::object details;
    const auto firing =
        std::count_if(notification.alerts.begin(), notification.alerts.end(), is_firing);
    details["firing"] = firing;
    json::array alerts;
    for (const auto& shown : shown_alerts(notification, bounds)) {
        json::object alert;
        alert["status"] = is_firing(*shown.alert) ? "firing" : "resolved";
        alert["value"] = fmt::format("{}", shown.alert->value);
        for (const auto& [name, value] : shown.labels) alert[name] = value;
        // What all have in common stands beside the list.
        for (const auto& [name, value] : shown.annotations)
            (name.starts_with("sop_") || name == "runbook_url" ? details : alert)[name] = value;
        alerts.push_back(std::move(alert));
    }
    details["alerts"] = std::move(alerts);
    return details;
}

std::string trigger(const routing::Notification& notification, std::string_view key,
                    std::string_view external_url, const Bounds& bounds) {
    json::object payload;
    payload["summary"] = headline(notification, kSummaryBytesMax);
    // The service wants something there.
    const auto place = place_of(notification);
    payload["source"] = place.empty() ? "keepwatch" : place;
    payload["severity"] = severity_of(notification);
    payload["timestamp"] = format_rfc3339(chief_alert(notification).fired_at);
    payload["group"] = valid_utf8(notification.group_labels.get("cluster"));
    payload["class"] = valid_utf8(notification.alert);
    payload["custom_details"] = details_of(notification, bounds);
    json::object event;
    event["routing_key"] = key;
    event["event_action"] = "trigger";
    event["dedup_key"] = notification.key;
    event["payload"] = std::move(payload);
    const auto& link = notification.sop.url;
    if (!link.empty()) {
        const auto title = fmt::format("SOP {}", notification.sop.id);
        event["links"] = {{{"href", valid_utf8(link)}, {"text", valid_utf8(title)}}};
    }
    event["client"] = "Keepwatch";
    if (!external_url.empty()) event["client_url"] = valid_utf8(external_url);
    return json::serialize(event);
}

std::string resolve(const routing::Notification& notification, std::string_view key) {
    json::object event;
    event["routing_key"] = key;
    event["event_action"] = "resolve";
    event["dedup_key"] = notification.key;
    return json::serialize(event);
}

std::string body_of(const routing::Notification& notification, std::string_view key,
                    std::string_view external_url) {
    if (!notification.firing()) return resolve(notification, key);
    return fitted(notification, kEventBytesMax,
                  [&](const routing::Notification& told, const Bounds& bounds) {
                      return trigger(told, key, external_url, bounds);
                  });
}

Result<net::Request> render(const routing::Notification& notification,
                            const Destination& destination) {
    const auto& sink = *destination.sink;
    KW_TRY(const auto key, sink.key.read());
    KW_TRY(auto request, post_to(sink, kService));
    request.headers.add("Content-Type", "application/json");
    request.body = body_of(notification, key.reveal(), destination.external_url);
    return request;
}

} // namespace

const Sender kPagerdutySender = {config::SinkKind::Pagerduty, render, judge_http};

} // namespace keepwatch::notify
