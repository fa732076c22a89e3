#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include "alert/rule.h"
#include "notify/sender.h"

using namespace keepwatch;
using namespace keepwatch::notify;
namespace json = boost::json;

namespace {

constexpr std::int64_t kFiredAt = 1'800'000'000'500; // 2027-01-15T08:00:00.5Z

alert::Alert alert_of(Labels labels, bool firing = true) {
    alert::Alert alert;
    alert.labels = std::move(labels);
    alert.annotations = {{"summary", "then"}};
    alert.state = firing ? alert::State::Firing : alert::State::Inactive;
    alert.fired_at = Timestamp{kFiredAt};
    if (!firing) alert.resolved_at = Timestamp{kFiredAt} + minutes(5);
    return alert;
}

struct Fixture {
    config::Sink sink;
    Destination destination;
    alert::RuleSet rules;
    alert::Alert live;
    routing::Notification notification;

    Fixture() {
        sink.kind = config::SinkKind::Alertmanager;
        sink.url = config::SecretSource::from_value("http://am:9093/prefix/");
        sink.repeat_after = minutes(1);
        destination.sink = &sink;
        destination.now = Timestamp{kFiredAt} + minutes(2);
        notification.alert = "Urp";
    }
    net::Request request() {
        auto made = find_sender(sink.kind)->render(notification, destination);
        REQUIRE(made);
        return *std::move(made);
    }
    json::value body() { return json::parse(request().body); }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "notify::alertmanager: alerts of the API, good for four resend delays") {
    notification.alerts = {alert_of({{"alertname", "Urp"}, {"cluster", "own"}}),
                           alert_of({{"alertname", "Urp"}, {"topic", "t"}}, false)};
    destination.external_labels = {{"cluster", "c"}, {"dc", "eu"}};
    sink.key = config::SecretSource::from_value("the-token");
    const auto sent = request();
    CHECK(sent.method == "POST");
    CHECK(sent.url.target == "/prefix/api/v2/alerts");
    CHECK(sent.headers.get("Content-Type") == "application/json");
    CHECK(sent.headers.get("Authorization") == "Bearer the-token");
    CHECK(json::parse(sent.body) == json::parse(R"([
        {"labels": {"alertname": "Urp", "cluster": "own", "dc": "eu"},
         "annotations": {"summary": "then"},
         "startsAt": "2027-01-15T08:00:00.5Z", "endsAt": "2027-01-15T08:06:00.5Z"},
        {"labels": {"alertname": "Urp", "cluster": "c", "dc": "eu", "topic": "t"},
         "annotations": {"summary": "then"},
         "startsAt": "2027-01-15T08:00:00.5Z", "endsAt": "2027-01-15T08:05:00.5Z"}])"));
}

TEST_CASE_FIXTURE(Fixture,
                  "notify::alertmanager: annotations as the rule reads by now, and its link") {
    notification.alerts = {alert_of({{"alertname", "Urp"}})};
    rules = alert::parse_rules("groups: [{name: g, rules: [{alert: Urp, expr: 'a > 1'}]}]", "r.yml")
                .rules;
    live = notification.alerts[0];
    live.annotations = {{"summary", "now"}};
    destination.external_url = "http://kw:9797";
    destination.find = [this](const Labels&) -> engine::RuleRunner::Found {
        return {rules.groups.at(0).rules.at(0).get(), &live};
    };
    const auto alert = body().at(0);
    CHECK(alert.at("annotations") == json::parse(R"({"summary": "now"})"));
    CHECK(alert.at("generatorURL") == "http://kw:9797/graph?g0.expr=a+%3E+1&g0.tab=1");
}

TEST_CASE_FIXTURE(Fixture, "notify::alertmanager: the SOP goes with it") {
    notification.alerts = {alert_of({{"alertname", "Urp"}})};
    notification.sop = {"KW-URP", "Title", "https://sop/KW-URP", {"look", "act"}, ""};
    CHECK(body().at(0).at("annotations") ==
          json::parse(R"({"summary": "then", "runbook_url": "https://sop/KW-URP",
                          "sop_steps": "1. look\n2. act"})"));
}

TEST_CASE_FIXTURE(Fixture, "notify::alertmanager: hostile and huge text is made harmless and cut") {
    notification.alerts = {alert_of({{"alertname", "Urp"}, {"client", "a\xff\x01\"b"}})};
    notification.alerts[0].annotations = {{"summary", std::string(1 << 20, 'x')}};
    notification.sop.url = "https://sop/KW-URP";
    const auto sent = request();
    CHECK(sent.body.size() < 100'000);
    const auto alert = json::parse(sent.body).at(0);
    CHECK(alert.at("labels").at("client") == "a\xef\xbf\xbd\x01\"b");
    CHECK(alert.at("annotations").at("runbook_url") == "https://sop/KW-URP");
}
