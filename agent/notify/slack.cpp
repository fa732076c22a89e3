// The sink of kind "slack": an incoming webhook, or chat.postMessage where a channel is named.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
// https://docs.slack.dev/reference/methods/chat.postMessage
#include <algorithm>
#include <array>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "notify/content.h"
#include "notify/headline.h"
#include "notify/post.h"
#include "notify/sender.h"
#include "notify/slack_text.h"

namespace keepwatch::notify {
namespace {

namespace json = boost::json;

constexpr std::string_view kPostMessage = "https://slack.com/api/chat.postMessage";

// Together below the 13,000 characters that all blocks may have (slackapi/bolt-js#2509).
constexpr std::size_t kHeaderBytesMax = 150;
constexpr std::size_t kFieldBytesMax = 300;
constexpr std::size_t kSummaryBytesMax = 1500;
constexpr std::size_t kStepsBytesMax = 2900; // Of 3000 that a section may have.
constexpr std::size_t kDiagnosisBytesMax = 2000;
constexpr std::size_t kFallbackBytesMax = 2000;

json::object text_object(std::string_view type, std::string text) {
    return {{"type", type}, {"text", std::move(text)}};
}

json::object section(std::string text) {
    return {{"type", "section"}, {"text", text_object("mrkdwn", std::move(text))}};
}

json::object header(const routing::Notification& notification) {
    const auto title =
        fmt::format("{} {}", notification.firing() ? "\U0001F534" : "✅", notification.alert);
    auto text = text_object("plain_text", slack_text(title, kHeaderBytesMax));
    return {{"type", "header"}, {"text", std::move(text)}};
}

json::object fields(const routing::Notification& notification) {
    const auto& chief = chief_alert(notification);
    const bool firing = notification.firing();
    json::array all;
    const auto add = [&](std::string_view name, std::string_view value) {
        const auto shown = slack_code(value, kFieldBytesMax);
        if (!shown.empty())
            all.push_back(text_object("mrkdwn", fmt::format("*{}*\n{}", name, shown)));
    };
    add("Severity", firing ? severity_of(notification) : "resolved");
    add("Cluster", chief.labels.get("cluster"));
    add("Instance", chief.labels.get("instance"));
    add(firing ? "Since" : "Ended", format_rfc3339(firing ? chief.fired_at : chief.resolved_at));
    if (firing) add("Value", fmt::format("{}", chief.value));
    if (notification.alerts.size() > 1)
        add("Alerts", fmt::format("{} of {} firing",
                                  std::count_if(notification.alerts.begin(),
                                                notification.alerts.end(), is_firing),
                                  notification.alerts.size()));
    return {{"type", "section"}, {"fields", std::move(all)}};
}

std::string steps_text(const routing::Sop& sop) {
    if (sop.steps.empty()) return "";
    std::string text = "*Do first*";
    const auto each = kStepsBytesMax / sop.steps.size() - sizeof "\n99. ";
    for (std::size_t i = 0; i < sop.steps.size() && text.size() < kStepsBytesMax - each; ++i)
        text += fmt::format("\n{}. {}", i + 1, slack_text(sop.steps[i], each));
    return text;
}

json::object button(std::string_view label, const std::string& url) {
    return {
        {"type", "button"}, {"text", text_object("plain_text", std::string(label))}, {"url", url}};
}

// The link to the SOP: the rule's own annotation, or the library's.
std::string sop_link(const routing::Notification& notification) {
    const auto own = chief_alert(notification).annotations.get("runbook_url");
    return own.empty() ? notification.sop.url : std::string(own);
}

json::array buttons(const routing::Notification& notification) {
    json::array elements;
    if (const auto sop = sop_link(notification); is_slack_link(sop))
        elements.push_back(button("SOP", sop));
    const std::string dashboard(chief_alert(notification).annotations.get("dashboard_url"));
    if (is_slack_link(dashboard)) elements.push_back(button("Dashboard", dashboard));
    return elements;
}

json::array blocks(const routing::Notification& notification) {
    json::array all = {header(notification), fields(notification)};
    const auto summary = chief_alert(notification).annotations.get("summary");
    if (!summary.empty()) all.push_back(section(slack_text(summary, kSummaryBytesMax)));
    if (notification.firing()) {
        const auto& sop = notification.sop;
        if (const auto steps = steps_text(sop); !steps.empty()) all.push_back(section(steps));
        if (!sop.diagnosis.empty())
            all.push_back(section(slack_code_block(sop.diagnosis, kDiagnosisBytesMax)));
    }
    auto links = buttons(notification);
    if (links.empty()) return all;
    json::object actions;
    actions["type"] = "actions";
    actions["elements"] = std::move(links);
    all.push_back(std::move(actions));
    return all;
}

// What a notification on a phone shows, and all that is shown where blocks are not.
std::string fallback(const routing::Notification& notification) {
    auto text = notification.firing() ? slack_text(severity_of(notification), kFieldBytesMax)
                                      : std::string("resolved");
    text += ": " + slack_text(headline(notification, kSummaryBytesMax), kSummaryBytesMax);
    const auto link = sop_link(notification);
    if (link.size() < kFallbackBytesMax && is_slack_link(link))
        text += "\nSOP: " + slack_text(link, kFallbackBytesMax);
    return text;
}

Result<net::Request> render(const routing::Notification& notification,
                            const Destination& destination) {
    const auto& sink = *destination.sink;
    KW_TRY(auto request, post_to(sink, kPostMessage));
    request.headers.add("Content-Type", "application/json; charset=utf-8");
    if (auto added = add_token(sink, request); !added) return std::move(added).error();
    json::object message;
    if (!sink.channel.empty()) message["channel"] = sink.channel;
    message["text"] = fallback(notification);
    message["blocks"] = blocks(notification);
    message["unfurl_links"] = false;
    request.body = json::serialize(message);
    return request;
}

// A webhook answers `ok`, or a status and a word; a method answers 200 whatever happens, and says
// in JSON whether it did it.
Judgement judge(const net::Response& response, Timestamp now) {
    constexpr std::array<std::string_view, 5> kPassing = {
        "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"};
    constexpr std::array<std::string_view, 6> kAboutContent = {
        "invalid_blocks", "msg_blocks_too_long",  "msg_too_long", "invalid_payload",
        "no_text",        "invalid_blocks_format"};
    auto judgement = judge_http(response, now);
    if (judgement.verdict != Verdict::Accepted) return judgement;
    if (response.body == "ok") return judgement;
    boost::system::error_code malformed;
    const auto answer = json::parse(response.body, malformed);
    const auto* said = malformed ? nullptr : answer.if_object();
    if (said != nullptr && said->contains("ok") && said->at("ok") == json::value(true))
        return judgement;
    const auto* error = said == nullptr ? nullptr : said->if_contains("error");
    const auto word = error != nullptr && error->is_string()
                          ? slack_text(std::string_view(error->as_string()), kFieldBytesMax)
                          : std::string("an answer that is not Slack's");
    const auto is = [&](const auto& words) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    judgement.verdict = is(kPassing) ? Verdict::Retry : Verdict::Refused;
    judgement.about_content = is(kAboutContent);
    judgement.detail = word;
    return judgement;
}

} // namespace

const Sender kSlackSender = {config::SinkKind::Slack, render, judge};

} // namespace keepwatch::notify
