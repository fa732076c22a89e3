#include "notify/content.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "model/utf8.h"
#include "notify/headline.h"

namespace keepwatch::notify {
namespace {

constexpr std::string_view kLink = "runbook_url";
constexpr std::string_view kSteps = "sop_steps";
constexpr std::string_view kDiagnosis = "sop_diagnosis";
constexpr std::string_view kCut = "keepwatch_cut";
constexpr std::string_view kCutMark = " [cut]";

std::string shortened(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return valid_utf8(text);
    return valid_utf8(utf8_prefix(text, bytes_max)).append(kCutMark);
}

std::string numbered(const std::vector<std::string>& steps) {
    std::string lines;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        lines += fmt::format("{}{}. {}", i == 0 ? "" : "\n", i + 1, steps[i]);
    }
    return lines;
}

Texts annotations_of(const alert::Alert& alert, const routing::Notification& notification) {
    Texts texts;
    for (const auto& annotation : alert.annotations) {
        texts.emplace(valid_utf8(annotation.name), annotation.value);
    }
    const auto add = [&](std::string_view name, std::string text) {
        if (!text.empty()) texts.try_emplace(std::string(name), std::move(text));
    };
    add(kLink, notification.sop.url);
    add(kSteps, numbered(notification.sop.steps));
    add(kDiagnosis, notification.sop.diagnosis);
    return texts;
}

// The names of those that had to be shortened go to `names`.
void shorten(Texts& annotations, std::size_t bytes_max, std::set<std::string>& names) {
    for (auto& [name, text] : annotations) {
        const bool kept = name == kLink || name == kSteps;
        if (!kept && text.size() > bytes_max) names.insert(name);
        text = shortened(text, kept ? kNoBound : bytes_max);
    }
}

std::string cut_note(const std::set<std::string>& shortened_names, std::size_t shown,
                     std::size_t all) {
    std::string note;
    if (!shortened_names.empty()) {
        note = fmt::format("shortened: {}", fmt::join(shortened_names, ", "));
    }
    if (shown < all) {
        note += note.empty() ? "" : "; ";
        note += fmt::format("left out: {} of {} alerts", all - shown, all);
    }
    return note;
}

std::vector<ShownAlert> chosen_alerts(const std::vector<alert::Alert>& alerts,
                                      std::size_t alerts_max) {
    std::vector<ShownAlert> shown;
    for (const auto& alert : alerts) shown.push_back({&alert, {}, {}});
    if (shown.size() <= alerts_max) return shown;
    std::stable_partition(shown.begin(), shown.end(),
                          [](const ShownAlert& one) { return is_firing(*one.alert); });
    shown.resize(alerts_max);
    return shown;
}

// The bounds to try, from everything down to one alert.
std::vector<Bounds> falling_bounds(std::size_t alerts) {
    constexpr std::size_t kAnnotationBytesMax = 4096;
    constexpr std::size_t kSmallestBytesMax = 256;
    std::vector<Bounds> bounds = {{}};
    do {
        bounds.push_back({alerts, kAnnotationBytesMax, kNoBound});
        alerts /= 2;
    } while (alerts > 0);
    bounds.push_back({1, kSmallestBytesMax, kSmallestBytesMax});
    return bounds;
}

// A lower bound of the length of what these bounds show, to be spared making what cannot fit.
std::size_t bytes_at_least(const routing::Notification& notification, const Bounds& bounds) {
    auto each = std::min(notification.sop.diagnosis.size(), bounds.annotation_bytes_max);
    for (const auto& step : notification.sop.steps) each += step.size();
    return each * std::min(notification.alerts.size(), bounds.alerts_max);
}

} // namespace

std::string fitted(const routing::Notification& notification, std::size_t bytes_max,
                   const Rendering& render) {
    for (const auto& bounds : falling_bounds(notification.alerts.size())) {
        if (bytes_at_least(notification, bounds) > bytes_max) continue;
        auto body = render(notification, bounds);
        if (body.size() <= bytes_max) return body;
    }
    return render(plain(notification), {});
}

bool is_firing(const alert::Alert& alert) {
    return alert.state == alert::State::Firing;
}

Texts shown_labels(const Labels& labels, std::size_t value_bytes_max) {
    Texts texts;
    for (const auto& label : labels) {
        texts.emplace(valid_utf8(label.name), shortened(label.value, value_bytes_max));
    }
    return texts;
}

std::vector<ShownAlert> shown_alerts(const routing::Notification& notification,
                                     const Bounds& bounds) {
    auto shown = chosen_alerts(notification.alerts, bounds.alerts_max);
    std::set<std::string> shortened_names;
    for (auto& one : shown) {
        one.labels = shown_labels(one.alert->labels, bounds.label_bytes_max);
        one.annotations = annotations_of(*one.alert, notification);
        shorten(one.annotations, bounds.annotation_bytes_max, shortened_names);
    }
    const auto note = cut_note(shortened_names, shown.size(), notification.alerts.size());
    if (note.empty()) return shown;
    for (auto& one : shown) one.annotations.insert_or_assign(std::string(kCut), note);
    return shown;
}

Texts common(const std::vector<ShownAlert>& shown, Texts ShownAlert::* texts) {
    Texts agreed = shown.empty() ? Texts() : shown.front().*texts;
    for (const auto& one : shown) {
        std::erase_if(agreed, [&](const auto& text) {
            const auto found = (one.*texts).find(text.first);
            return found == (one.*texts).end() || found->second != text.second;
        });
    }
    return agreed;
}

routing::Notification plain(const routing::Notification& notification) {
    constexpr std::size_t kStepsMax = 3;
    constexpr std::size_t kTextBytesMax = 2048;
    constexpr std::array<std::string_view, 4> kChief = {"cluster", "instance", "job", "severity"};
    const auto cut = [](std::string_view text) { return shortened(text, kTextBytesMax); };

    routing::Notification reduced;
    reduced.key = notification.key;
    reduced.revision = notification.revision;
    reduced.sink = cut(notification.sink);
    reduced.alert = cut(notification.alert);
    reduced.sop.url = cut(notification.sop.url);
    for (const auto& step : notification.sop.steps) {
        if (reduced.sop.steps.size() < kStepsMax) reduced.sop.steps.push_back(cut(step));
    }
    alert::Alert alert;
    if (!notification.alerts.empty()) alert = chief_alert(notification);
    LabelsBuilder labels;
    labels.set("alertname", reduced.alert);
    for (const auto name : kChief) labels.set(name, cut(alert.labels.get(name)));
    alert.labels = labels.build();
    alert.annotations = {{kCut, "this is a plain page: the whole one could not be sent"}};
    reduced.group_labels = alert.labels;
    reduced.alerts.push_back(std::move(alert));
    return reduced;
}

} // namespace keepwatch::notify
