#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "notify/sender.h"
#include "notify/slack_text.h"

using namespace keepwatch;
using namespace keepwatch::notify;
namespace json = boost::json;

namespace {

struct Fixture {
    config::Sink sink;
    Destination destination;
    routing::Notification notification;

    Fixture() {
        sink.kind = config::SinkKind::Slack;
        sink.url = config::SecretSource::from_value("https://hooks.slack.example/services/T/B/x");
        destination.sink = &sink;
        notification.key = "kw1:1";
        notification.alert = "Urp";
        notification.group_labels = {{"alertname", "Urp"}, {"cluster", "c"}, {"instance", "b1"}};
        notification.sop = {"KW-URP", "Title", "https://sop/KW-URP", {"look", "act"}, "b1 2\n"};
        alert::Alert alert;
        alert.labels = {{"alertname", "Urp"}, {"instance", "b1"}, {"severity", "warning"}};
        alert.annotations = {{"summary", "too few <replicas>"}};
        alert.state = alert::State::Firing;
        alert.value = 2.5;
        alert.fired_at = *parse_timestamp("2026-11-24T05:00:00Z");
        notification.alerts = {alert};
    }
    net::Request request() {
        auto made = find_sender(sink.kind)->render(notification, destination);
        REQUIRE(made);
        return *std::move(made);
    }
    // `header: Urp | section: …`: the texts of all blocks.
    std::string shown() {
        std::string all;
        const auto text_of = [](const json::value& text) {
            return std::string(text.at("text").as_string());
        };
        const auto message = json::parse(request().body);
        for (const auto& block : message.at("blocks").as_array()) {
            const auto& object = block.as_object();
            all += fmt::format("{}[{}:", all.empty() ? "" : " ",
                               std::string_view(block.at("type").as_string()));
            if (object.contains("text")) all += " " + text_of(block.at("text"));
            if (object.contains("fields"))
                for (const auto& field : block.at("fields").as_array()) all += " " + text_of(field);
            if (object.contains("elements"))
                for (const auto& element : block.at("elements").as_array())
                    all += fmt::format(" {} {}", text_of(element.at("text")),
                                       std::string_view(element.at("url").as_string()));
            all += "]";
        }
        return all;
    }
    static std::string judged(unsigned status, std::string body) {
        const net::Response answer(status, "text/plain", std::move(body));
        const auto judgement = find_sender(config::SinkKind::Slack)->judge(answer, {});
        return fmt::format("{}{} {}", "arx"[static_cast<int>(judgement.verdict)],
                           judgement.about_content ? "!" : "", judgement.detail);
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "notify::slack: a page has what, where, since, value, steps and links") {
    CHECK(shown() == "[header: \U0001F534 Urp] "
                     "[section: *Severity*\n`warning` *Instance*\n`b1` "
                     "*Since*\n`2026-11-24T05:00:00Z` *Value*\n`2.5`] "
                     "[section: too few &lt;replicas&gt;] "
                     "[section: *Do first*\n1. look\n2. act] "
                     "[section: ```\nb1 2\n\n```] "
                     "[actions: SOP https://sop/KW-URP]");
    const auto message = json::parse(request().body);
    CHECK(message.at("text") == "warning: Urp on b1: too few &lt;replicas&gt;\n"
                                "SOP: https://sop/KW-URP");
    CHECK_FALSE(message.as_object().contains("channel"));
}

TEST_CASE_FIXTURE(Fixture, "notify::slack: an end says so, and keeps the link") {
    notification.alerts[0].state = alert::State::Inactive;
    notification.alerts[0].resolved_at = *parse_timestamp("2026-11-24T05:10:00Z");
    CHECK(shown() == "[header: ✅ Urp] "
                     "[section: *Severity*\n`resolved` *Instance*\n`b1` "
                     "*Ended*\n`2026-11-24T05:10:00Z`] "
                     "[section: too few &lt;replicas&gt;] [actions: SOP https://sop/KW-URP]");
}

TEST_CASE_FIXTURE(Fixture, "notify::slack: by chat.postMessage where a channel is named") {
    sink.url = {};
    sink.key = config::SecretSource::from_value("xoxb-token");
    sink.channel = "#pages";
    const auto sent = request();
    CHECK(sent.url.host == "slack.com");
    CHECK(sent.url.target == "/api/chat.postMessage");
    CHECK(sent.headers.get("Authorization") == "Bearer xoxb-token");
    CHECK(json::parse(sent.body).at("channel") == "#pages");
}

TEST_CASE_FIXTURE(Fixture, "notify::slack: hostile and huge text stays within Slack's limits") {
    const std::string hostile = "<!channel> <@U1> `*x*` \xff\x01 & ";
    auto& alert = notification.alerts[0];
    alert.labels = {{"alertname", hostile}, {"instance", hostile}, {"cluster", hostile}};
    alert.annotations = {{"summary", std::string(1 << 20, '<')}, {"dashboard_url", "javascript:1"}};
    notification.alert = hostile;
    notification.sop.diagnosis = std::string(1 << 16, '&') + "```";
    notification.sop.steps = {std::string(5000, '>'), hostile, hostile};
    const auto sent = request();
    CHECK(sent.body.size() < 13'000);
    CHECK(sent.body.find("<!") == std::string::npos);
    CHECK(sent.body.find("<@") == std::string::npos);
    CHECK(sent.body.find("javascript") == std::string::npos);
    const auto message = json::parse(sent.body);
    for (const auto& block : message.at("blocks").as_array())
        if (block.as_object().contains("text"))
            CHECK(block.at("text").at("text").as_string().size() <= 3000);
    CHECK(shown().find("SOP https://sop/KW-URP") != std::string::npos);
    CHECK(shown().find("\n3. &lt;!channel&gt;") != std::string::npos); // Each step has its share.
}

TEST_CASE_FIXTURE(Fixture, "notify::slack: what answers mean") {
    CHECK(judged(200, "ok") == "a ");
    CHECK(judged(200, R"({"ok": true, "ts": "1.2"})") == "a ");
    CHECK(judged(200, R"({"ok": false, "error": "ratelimited"})") == "r ratelimited");
    CHECK(judged(200, R"({"ok": false, "error": "channel_not_found"})") == "x channel_not_found");
    CHECK(judged(200, R"({"ok": false, "error": "invalid_blocks"})") == "x! invalid_blocks");
    CHECK(judged(200, "<html>") == "x an answer that is not Slack's");
    CHECK(judged(400, "invalid_payload") == "x! HTTP 400 Bad Request");
    CHECK(judged(404, "no_service") == "x HTTP 404 Not Found");
    CHECK(judged(429, "") == "r HTTP 429 Too Many Requests");
}

TEST_CASE("notify::slack_text: escapes, and cuts no escape in two") {
    CHECK(slack_text("a<b>&\"\x07\n", 100) == "a&lt;b&gt;&amp;\" \n");
    CHECK(slack_text("<<<", 12) == "&lt;&lt;&lt;");
    CHECK(slack_text("<<<<", 12) == "&lt;&lt;…");
    CHECK(slack_text("ééé", 5) == "é…");
    CHECK(slack_text("", 5).empty());
    CHECK(slack_code("a`b\nc", 100) == "`a'b c`");
}
