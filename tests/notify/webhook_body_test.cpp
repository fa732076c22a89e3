#include "notify/webhook_body.h"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include "notify/content.h"

using namespace keepwatch;
using namespace keepwatch::notify;
namespace json = boost::json;

namespace {

Timestamp at(std::string_view text) {
    return *parse_timestamp(text);
}

alert::Alert firing_alert(Labels labels) {
    alert::Alert alert;
    alert.labels = std::move(labels);
    alert.annotations = {{"summary", "x"}};
    alert.state = alert::State::Firing;
    alert.fired_at = at("2026-11-24T05:00:00.5Z");
    return alert;
}

alert::Alert resolved_alert(Labels labels) {
    auto alert = firing_alert(std::move(labels));
    alert.state = alert::State::Inactive;
    alert.resolved_at = at("2026-11-24T05:20:00.25Z");
    return alert;
}

routing::Notification incident(std::vector<alert::Alert> alerts) {
    routing::Notification notification;
    notification.sink = "team-x.y(z)";
    notification.key = "kw1:1";
    notification.revision = 3;
    notification.alert = "A";
    notification.group_labels = {{"alertname", "A"}, {"cluster", "c\"1"}};
    notification.alerts = std::move(alerts);
    return notification;
}

Labels labels_of(std::string_view instance) {
    return {{"alertname", "A"}, {"cluster", "c\"1"}, {"instance", instance}};
}

json::object payload(const routing::Notification& notification) {
    return json::parse(webhook_body(notification, "http://kw:9797")).as_object();
}

std::string text(const json::value& value) {
    return std::string(std::string_view(value.as_string()));
}

std::string annotation(const json::object& body, std::size_t alert, std::string_view name) {
    const auto& annotations = body.at("alerts").at(alert).at("annotations").as_object();
    return annotations.contains(name) ? text(annotations.at(name)) : "none";
}

} // namespace

TEST_CASE("notify::webhook_body: is what Alertmanager 0.25 sends, byte for byte") {
    // Taken from Alertmanager with the same alerts and receiver; its own URL was replaced.
    auto both = incident({resolved_alert(labels_of("b1")), firing_alert(labels_of("b2"))});
    both.alerts[1].fired_at = at("2026-11-24T05:00:00Z");
    CHECK(
        webhook_body(both, "http://kw:9797") ==
        R"~({"receiver":"team-x\\.y\\(z\\)","status":"firing","alerts":[)~"
        R"({"status":"resolved","labels":{"alertname":"A","cluster":"c\"1","instance":"b1"},)"
        R"("annotations":{"summary":"x"},"startsAt":"2026-11-24T05:00:00.5Z",)"
        R"("endsAt":"2026-11-24T05:20:00.25Z","generatorURL":"","fingerprint":"769e146ef139af7f"},)"
        R"({"status":"firing","labels":{"alertname":"A","cluster":"c\"1","instance":"b2"},)"
        R"("annotations":{"summary":"x"},"startsAt":"2026-11-24T05:00:00Z",)"
        R"("endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"769c146ef1392ca8"}],)"
        R"("groupLabels":{"alertname":"A","cluster":"c\"1"},)"
        R"("commonLabels":{"alertname":"A","cluster":"c\"1"},)"
        R"("commonAnnotations":{"summary":"x"},"externalURL":"http://kw:9797","version":"4",)"
        R"("groupKey":"{}:{alertname=\"A\", cluster=\"c\\\"1\"}","truncatedAlerts":0})");
}

TEST_CASE("notify::webhook_body: is resolved when nothing fires any more") {
    const auto body = payload(incident({resolved_alert(labels_of("b1"))}));
    CHECK(text(body.at("status")) == "resolved");
    CHECK(text(body.at("alerts").at(0).at("status")) == "resolved");
}

TEST_CASE("notify::webhook_body: carries what the SOP says") {
    auto one = incident({firing_alert(labels_of("b1"))});
    one.sop.url = "https://sop/KW-1";
    one.sop.steps = {"Look at the log.", "Is the disk full?"};
    one.sop.diagnosis = "up 0";
    const auto body = payload(one);
    CHECK(annotation(body, 0, "runbook_url") == "https://sop/KW-1");
    CHECK(annotation(body, 0, "sop_steps") == "1. Look at the log.\n2. Is the disk full?");
    CHECK(annotation(body, 0, "sop_diagnosis") == "up 0");
    CHECK(annotation(body, 0, "keepwatch_cut") == "none");
    CHECK(body.at("commonAnnotations").as_object().size() == 4);
}

TEST_CASE("notify::webhook_body: a rule's own link goes before that of the SOP") {
    auto one = incident({firing_alert(labels_of("b1"))});
    one.alerts[0].annotations = {{"runbook_url", "https://own"}};
    one.sop.url = "https://sop/KW-1";
    CHECK(annotation(payload(one), 0, "runbook_url") == "https://own");
}

TEST_CASE("notify::webhook_body: repairs what is not UTF-8") {
    auto one = incident({firing_alert({{"alertname", "A"}, {"topic", "t\xFF\xC0"}})});
    one.alerts[0].annotations = {{"summary", "\xE2\x82"}};
    const auto body = payload(one);
    CHECK(text(body.at("alerts").at(0).at("labels").at("topic")) == "t\uFFFD\uFFFD");
    CHECK(annotation(body, 0, "summary") == "\uFFFD");
}

TEST_CASE("notify::webhook_body: shortens long annotations, but neither link nor steps") {
    auto one = incident({firing_alert(labels_of("b1"))});
    one.alerts[0].annotations = {{"description", std::string(200'000, 'd')}, {"summary", "x"}};
    one.sop.url = "https://sop/" + std::string(5000, 'u');
    one.sop.steps = {std::string(5000, 's')};
    one.sop.diagnosis = std::string(200'000, 'g');
    const auto whole = webhook_body(one, "");
    CHECK(whole.size() <= kWebhookBytesMax);
    const auto body = json::parse(whole).as_object();
    CHECK(annotation(body, 0, "keepwatch_cut") == "shortened: description, sop_diagnosis");
    CHECK(annotation(body, 0, "description") == std::string(4096, 'd') + " [cut]");
    CHECK(annotation(body, 0, "runbook_url") == one.sop.url);
    CHECK(annotation(body, 0, "sop_steps") == "1. " + one.sop.steps[0]);
    CHECK(body.at("truncatedAlerts") == 0);
}

TEST_CASE("notify::webhook_body: leaves out alerts that resolved before those that fire") {
    std::vector<alert::Alert> alerts;
    for (int i = 0; i < 3000; ++i) alerts.push_back(resolved_alert(labels_of(std::to_string(i))));
    alerts.push_back(firing_alert(labels_of("last")));
    const auto whole = webhook_body(incident(alerts), "");
    CHECK(whole.size() <= kWebhookBytesMax);
    const auto body = json::parse(whole).as_object();
    CHECK(text(body.at("status")) == "firing");
    CHECK(text(body.at("alerts").at(0).at("labels").at("instance")) == "last");
    const auto shown = body.at("alerts").as_array().size();
    CHECK(shown == 750);
    CHECK(body.at("truncatedAlerts") == 3001 - shown);
    CHECK(annotation(body, 0, "keepwatch_cut") == "left out: 2251 of 3001 alerts");
    CHECK(annotation(body, 749, "keepwatch_cut") == "left out: 2251 of 3001 alerts");
}

TEST_CASE("notify::webhook_body: fits whatever the labels are") {
    const std::string control(100'000, '\x01'); // Six bytes each in JSON.
    auto wide = incident({firing_alert({{"alertname", "A"}, {"topic", control}})});
    CHECK(webhook_body(wide, "").size() <= kWebhookBytesMax);

    LabelsBuilder many;
    for (int i = 0; i < 5000; ++i) many.set("label_" + std::to_string(i), std::string(100, 'v'));
    many.set("alertname", "A").set("severity", "critical").set("cluster", control);
    auto deep = incident({resolved_alert(labels_of("b1")), firing_alert(many.build())});
    deep.alert = "A";
    deep.sop.url = "https://sop/KW-1";
    deep.sop.steps = {"one", "two", "three", "four"};
    const auto whole = webhook_body(deep, "");
    CHECK(whole.size() <= kWebhookBytesMax);
    const auto body = json::parse(whole).as_object();
    CHECK(text(body.at("status")) == "firing");
    CHECK(text(body.at("alerts").at(0).at("labels").at("severity")) == "critical");
    CHECK(annotation(body, 0, "runbook_url") == "https://sop/KW-1");
    CHECK(annotation(body, 0, "sop_steps") == "1. one\n2. two\n3. three");
    CHECK(annotation(body, 0, "keepwatch_cut") ==
          "this is a plain page: the whole one could not be sent");
}

TEST_CASE("notify::plain: names the incident even if nothing else is known") {
    routing::Notification bare;
    bare.alert = "A";
    const auto reduced = plain(bare);
    REQUIRE(reduced.alerts.size() == 1);
    CHECK(reduced.alerts[0].labels.to_string() == R"({alertname="A"})");
}
