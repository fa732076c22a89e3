#include "cli/pager_view.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace keepwatch::cli {
namespace {

namespace json = boost::json;

// The text at a path of keys, or "".
std::string text_at(const json::value& from, std::initializer_list<std::string_view> path) {
    const auto* at = &from;
    for (const auto key : path) {
        const auto* object = at->if_object();
        at = object != nullptr ? object->if_contains(key) : nullptr;
        if (at == nullptr) return "";
    }
    const auto* text = at->if_string();
    return text != nullptr ? std::string(*text) : "";
}

class Screen {
public:
    explicit Screen(std::string_view margin) : margin_(margin) {}

    // A key and its text, which may have several lines.
    void show(std::string_view key, std::string_view text) {
        for (bool first = true; !text.empty(); first = false) {
            const auto end = std::min(text.find('\n'), text.size());
            text_ += fmt::format("{} {:<10}{}\n", margin_, first ? key : "", text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
    void line(std::string_view text) { text_ += fmt::format("{} {}\n", margin_, text); }
    std::string text() && { return std::move(text_); }

private:
    std::string margin_;
    std::string text_;
};

std::string labels_of(const json::value& alert) {
    std::string text;
    const auto* labels = alert.as_object().if_contains("labels");
    if (labels == nullptr || !labels->is_object()) return text;
    for (const auto& [name, value] : labels->as_object()) {
        if (name == "alertname" || name == "severity" || !value.is_string()) continue;
        text += fmt::format("{}{}={}", text.empty() ? "" : "  ", std::string_view(name),
                            std::string_view(value.as_string()));
    }
    return text;
}

constexpr std::size_t kAlertsShown = 3;

} // namespace

PagerView pager_view(std::string_view payload, Colour colour) {
    boost::system::error_code wrong;
    const auto page = json::parse(payload, wrong);
    const auto* object = wrong ? nullptr : page.if_object();
    const auto* alerts = object != nullptr ? object->if_contains("alerts") : nullptr;
    if (alerts == nullptr || !alerts->is_array() || alerts->as_array().empty())
        return {false, std::string(payload) + "\n"};
    const auto& all = alerts->as_array();
    const auto& first = all.front();

    PagerView view{text_at(page, {"status"}) == "firing", ""};
    const auto severity = text_at(first, {"labels", "severity"});
    const auto* paint = view.firing ? "\x1b[1;41m" : "\x1b[1;42m";
    auto title = fmt::format(" {} {} {} ", view.firing ? "PAGE" : "RESOLVED", severity,
                             text_at(first, {"labels", "alertname"}));
    if (colour == Colour::Yes) title = fmt::format("{}{}\x1b[0m", paint, title);
    Screen screen("  \u2503");
    screen.line(title);
    screen.show("what", text_at(first, {"annotations", "summary"}));
    for (std::size_t i = 0; i < all.size() && i < kAlertsShown; ++i)
        screen.show(i == 0 ? "where" : "", labels_of(all[i]));
    if (all.size() > kAlertsShown)
        screen.show("", fmt::format("and {} more", all.size() - kAlertsShown));
    screen.show("since", text_at(first, {"startsAt"}));
    if (!view.firing) {
        screen.show("until", text_at(first, {"endsAt"}));
    } else {
        screen.show("SOP", text_at(first, {"annotations", "runbook_url"}));
        screen.show("do first", text_at(first, {"annotations", "sop_steps"}));
        screen.show("right now", text_at(first, {"annotations", "sop_diagnosis"}));
    }
    view.text = std::move(screen).text();
    return view;
}

} // namespace keepwatch::cli
