#include "notify/headline.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/utf8.h"
#include "notify/content.h"

namespace keepwatch::notify {
namespace {

constexpr std::array<std::string_view, 4> kSeverities = {"critical", "error", "warning", "info"};

} // namespace

const alert::Alert& chief_alert(const routing::Notification& notification) {
    const auto& alerts = notification.alerts;
    const auto firing = std::find_if(alerts.begin(), alerts.end(), is_firing);
    return firing == alerts.end() ? alerts.front() : *firing;
}

std::string place_of(const routing::Notification& notification) {
    for (const auto name : {"instance", "cluster"})
        if (const auto value = notification.group_labels.get(name); !value.empty())
            return valid_utf8(value);
    return "";
}

std::string_view severity_of(const routing::Notification& notification) {
    std::size_t worst = kSeverities.size() - 1;
    for (const auto& alert : notification.alerts) {
        if (!is_firing(alert)) continue;
        const auto* found =
            std::find(kSeverities.begin(), kSeverities.end(), alert.labels.get("severity"));
        const auto rank = found == kSeverities.end()
                              ? std::size_t{1}
                              : static_cast<std::size_t>(found - kSeverities.begin());
        worst = std::min(worst, rank);
    }
    return kSeverities[worst];
}

std::string headline(const routing::Notification& notification, std::size_t bytes_max) {
    auto text = notification.alert;
    if (const auto place = place_of(notification); !place.empty())
        text += fmt::format(" on {}", place);
    const auto said = chief_alert(notification).annotations.get("summary");
    if (!said.empty()) text += fmt::format(": {}", said);
    return valid_utf8(utf8_prefix(text, bytes_max));
}

} // namespace keepwatch::notify
