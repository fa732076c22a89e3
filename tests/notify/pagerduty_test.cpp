#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include "notify/sender.h"

using namespace keepwatch;
using namespace keepwatch::notify;
namespace json = boost::json;

namespace {

alert::Alert alert_of(std::string_view topic, std::string_view severity, bool firing = true) {
    alert::Alert alert;
    alert.labels = {{"alertname", "Urp"}, {"topic", topic}, {"severity", severity}};
    alert.annotations = {{"summary", "under-replicated"}};
    alert.state = firing ? alert::State::Firing : alert::State::Inactive;
    alert.value = 2.5;
    alert.fired_at = *parse_timestamp("2026-11-24T05:00:00.5Z");
    return alert;
}

routing::Notification incident(std::vector<alert::Alert> alerts) {
    routing::Notification notification;
    notification.key = "kw1:1";
    notification.revision = 3;
    notification.alert = "Urp";
    notification.group_labels = {{"alertname", "Urp"}, {"cluster", "c"}, {"instance", "b1"}};
    notification.sop = {"KW-URP", "Title", "https://sop/KW-URP", {"look", "act"}, "b1 2\n"};
    notification.alerts = std::move(alerts);
    return notification;
}

net::Request request_for(const routing::Notification& notification, const std::string& url = "") {
    config::Sink sink;
    sink.kind = config::SinkKind::Pagerduty;
    sink.key = config::SecretSource::from_value("the-routing-key");
    if (!url.empty()) sink.url = config::SecretSource::from_value(url);
    auto request = find_sender(sink.kind)->render(notification, {&sink, "http://kw:9797"});
    REQUIRE(request);
    return *std::move(request);
}

json::object event_for(const routing::Notification& notification) {
    return json::parse(request_for(notification).body).as_object();
}

} // namespace

TEST_CASE("notify::pagerduty: a page is a trigger of the Events API, version 2") {
    const auto request = request_for(incident({alert_of("t", "warning")}));
    CHECK(request.method == "POST");
    CHECK(request.url.host == "events.pagerduty.com");
    CHECK(request.headers.get("Content-Type") == "application/json");
    CHECK(json::parse(request.body) == json::parse(R"({
        "routing_key": "the-routing-key",
        "event_action": "trigger",
        "dedup_key": "kw1:1",
        "payload": {
            "summary": "Urp on b1: under-replicated",
            "source": "b1",
            "severity": "warning",
            "timestamp": "2026-11-24T05:00:00.5Z",
            "group": "c",
            "class": "Urp",
            "custom_details": {
                "firing": 1,
                "runbook_url": "https://sop/KW-URP",
                "sop_steps": "1. look\n2. act",
                "sop_diagnosis": "b1 2\n",
                "alerts": [{"status": "firing", "value": "2.5", "alertname": "Urp",
                            "severity": "warning", "topic": "t", "summary": "under-replicated"}]
            }
        },
        "links": [{"href": "https://sop/KW-URP", "text": "SOP KW-URP"}],
        "client": "Keepwatch",
        "client_url": "http://kw:9797"
    })"));
}

TEST_CASE("notify::pagerduty: the end is a resolve of the same key, and nothing else") {
    CHECK(request_for(incident({alert_of("t", "warning", false)})).body ==
          R"({"routing_key":"the-routing-key","event_action":"resolve","dedup_key":"kw1:1"})");
}

TEST_CASE("notify::pagerduty: of several severities the worst that burns counts") {
    const auto severity = [](std::vector<alert::Alert> alerts) {
        const auto event = event_for(incident(std::move(alerts)));
        return std::string(event.at("payload").at("severity").as_string());
    };
    CHECK(severity({alert_of("t", "info"), alert_of("u", "critical")}) == "critical");
    CHECK(severity({alert_of("t", "critical", false), alert_of("u", "info")}) == "info");
    CHECK(severity({alert_of("t", "page")}) == "error"); // A word it does not know.
}

TEST_CASE("notify::pagerduty: what is too long is cut, and link and steps stay") {
    auto huge = alert_of("t", "critical");
    huge.annotations = {{"summary", std::string(5'000, 's')}, {"d", std::string(1 << 20, 'd')}};
    const auto request = request_for(incident(std::vector(300, huge)));
    CHECK(request.body.size() <= 512'000);
    const auto event = json::parse(request.body).as_object();
    CHECK(event.at("payload").at("summary").as_string().size() <= 1024);
    CHECK(event.at("payload").at("custom_details").at("sop_steps") == "1. look\n2. act");
    CHECK(event.at("links").at(0).at("href") == "https://sop/KW-URP");
}

TEST_CASE("notify::pagerduty: labels may be anything") {
    auto hostile = incident({alert_of("\xff\"}", "critical")});
    hostile.group_labels = {};
    CHECK(event_for(hostile).at("payload").at("source") == "keepwatch");
}

TEST_CASE("notify::pagerduty: another address can be given, such as that of the EU") {
    const auto request = request_for(incident({alert_of("t", "info")}), "https://eu.example/v2/x");
    CHECK(request.url.host == "eu.example");
}

TEST_CASE("notify::pagerduty: what answers mean") {
    const auto verdict = [](unsigned status) {
        return find_sender(config::SinkKind::Pagerduty)->judge(net::Response(status), {}).verdict;
    };
    CHECK(verdict(202) == Verdict::Accepted);
    CHECK(verdict(400) == Verdict::Refused);
    CHECK(verdict(429) == Verdict::Retry);
    CHECK(verdict(500) == Verdict::Retry);
}
