#include "cli/report.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "model/number.h"

namespace keepwatch::cli {
namespace {

namespace json = boost::json;
using alert::Transition;

json::object object_of(const Labels& labels) {
    json::object object;
    for (const auto& [name, value] : labels) object[name] = value;
    return object;
}

struct Style {
    std::string_view start;
    std::string_view word;
};

Style style_of(const Transition& step) {
    const bool critical = step.alert.labels.get("severity") == "critical";
    switch (step.to) {
    case Transition::To::Pending:
        return {"\x1b[33m", "pending "};
    case Transition::To::Firing:
        return {critical ? "\x1b[1;31m" : "\x1b[1;33m", "FIRING  "};
    case Transition::To::Resolved:
        return {"\x1b[1;32m", "resolved"};
    case Transition::To::Dropped:
        return {"\x1b[2m", "ended   "};
    }
    return {};
}

std::string painted(std::string_view text, std::string_view start, Colour colour) {
    return colour == Colour::Yes ? fmt::format("{}{}\x1b[0m", start, text) : std::string(text);
}

// The labels that say where, in the order people read them, the rest behind.
std::string where(const Labels& labels) {
    std::string text;
    for (const std::string_view first : {"instance", "cluster"})
        if (labels.has(first)) text += fmt::format(" {}={}", first, labels.get(first));
    for (const auto& [name, value] : labels) {
        if (name == "alertname" || name == "instance" || name == "cluster" || name == "severity")
            continue;
        text += fmt::format(" {}={}", name, value);
    }
    return text.empty() ? text : text.substr(1);
}

std::string indented(std::string_view text, std::string_view margin) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += fmt::format("{}{}\n", margin, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string page(const engine::Outcome& outcome) {
    const auto& alert = outcome.step.alert;
    const auto& sop = outcome.sop;
    std::string text;
    const auto line = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) text += fmt::format("  | {:<9}{}\n", key, value);
    };
    line("what", alert.annotations.get("summary"));
    line("where", where(alert.labels));
    line("since", format_rfc3339(alert.active_at));
    line("value", format_number(alert.value));
    line("SOP", sop.url.empty() ? sop.id : sop.url);
    for (std::size_t i = 0; i < sop.steps.size(); ++i)
        line(i == 0 ? "do first" : "", fmt::format("{}. {}", i + 1, sop.steps[i]));
    if (!sop.diagnosis.empty()) text += "  | now\n" + indented(sop.diagnosis, "  |   ");
    return text;
}

} // namespace

std::string to_json(const engine::Outcome& outcome) {
    const auto& step = outcome.step;
    if (step.to == Transition::To::Dropped) return "";
    json::object object;
    object["time"] = format_rfc3339(step.at);
    object["alert"] = step.rule;
    object["state"] = alert::name(step.to);
    object["labels"] = object_of(step.alert.labels);
    object["annotations"] = object_of(step.alert.annotations);
    object["value"] = format_number(step.alert.value);
    object["active_at"] = format_rfc3339(step.alert.active_at);
    object["runbook"] = outcome.runbook;
    if (!outcome.sop.url.empty()) object["runbook_url"] = outcome.sop.url;
    return json::serialize(object);
}

std::string to_text(const engine::Outcome& outcome, Colour colour) {
    const auto& step = outcome.step;
    const auto style = style_of(step);
    const auto severity = step.alert.labels.get("severity");
    auto text = fmt::format("{}  {}  {}{}  {}  ({})\n", format_rfc3339(step.at),
                            painted(style.word, style.start, colour), step.rule,
                            severity.empty() ? "" : fmt::format(" [{}]", severity),
                            where(step.alert.labels), step.reason);
    if (step.to == Transition::To::Firing) text += page(outcome);
    return text;
}

} // namespace keepwatch::cli
