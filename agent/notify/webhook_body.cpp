#include "notify/webhook_body.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "model/utf8.h"
#include "notify/content.h"
#include "notify/fingerprint.h"
#include "notify/texts_json.h"

namespace keepwatch::notify {
namespace {

namespace json = boost::json;

constexpr std::string_view kNever = "0001-01-01T00:00:00Z"; // Go's zero time.

// Go's regexp.QuoteMeta, which Alertmanager applies to the receiver's name.
std::string regexp_quoted(std::string_view text) {
    constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
    std::string escaped;
    for (const char c : text) {
        if (kSpecial.find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

// As Alertmanager prints the group after its route: `{}:{alertname="X", cluster="c"}`.
std::string group_key(const Texts& labels) {
    std::string key = "{}:{";
    for (const auto& [name, value] : labels) {
        key += fmt::format("{}{}={}", key.ends_with('{') ? "" : ", ", name, quoted(value));
    }
    return key + "}";
}

json::object to_json(const ShownAlert& shown) {
    const auto& alert = *shown.alert;
    json::object object;
    object["status"] = is_firing(alert) ? "firing" : "resolved";
    object["labels"] = json_of(shown.labels);
    object["annotations"] = json_of(shown.annotations);
    object["startsAt"] = format_rfc3339(alert.fired_at);
    object["endsAt"] = is_firing(alert) ? std::string(kNever) : format_rfc3339(alert.resolved_at);
    object["generatorURL"] = "";
    object["fingerprint"] = fingerprint(alert.labels);
    return object;
}

std::string render(const routing::Notification& notification, std::string_view external_url,
                   const Bounds& bounds) {
    const auto shown = shown_alerts(notification, bounds);
    const auto group = shown_labels(notification.group_labels, bounds.label_bytes_max);
    const bool firing = std::any_of(shown.begin(), shown.end(),
                                    [](const ShownAlert& one) { return is_firing(*one.alert); });
    json::array alerts;
    for (const auto& one : shown) alerts.push_back(to_json(one));

    json::object payload; // The order is that of Alertmanager's fields.
    payload["receiver"] = regexp_quoted(valid_utf8(notification.sink));
    payload["status"] = firing ? "firing" : "resolved";
    payload["alerts"] = std::move(alerts);
    payload["groupLabels"] = json_of(group);
    payload["commonLabels"] = json_of(common(shown, &ShownAlert::labels));
    payload["commonAnnotations"] = json_of(common(shown, &ShownAlert::annotations));
    payload["externalURL"] = valid_utf8(external_url);
    payload["version"] = "4";
    payload["groupKey"] = group_key(group);
    payload["truncatedAlerts"] = notification.alerts.size() - shown.size();
    return json::serialize(payload);
}

} // namespace

std::string webhook_body(const routing::Notification& notification, std::string_view external_url) {
    return fitted(notification, kWebhookBytesMax,
                  [&](const routing::Notification& told, const Bounds& bounds) {
                      return render(told, external_url, bounds);
                  });
}

} // namespace keepwatch::notify
