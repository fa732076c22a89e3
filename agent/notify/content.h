#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "routing/desired.h"

namespace keepwatch::notify {

using Texts = std::map<std::string, std::string, std::less<>>;

inline constexpr std::size_t kNoBound = std::numeric_limits<std::size_t>::max();

// How much of a notification is shown, for receivers that take only so much.
struct Bounds {
    std::size_t alerts_max = kNoBound;
    std::size_t annotation_bytes_max = kNoBound; // Of all but `runbook_url` and `sop_steps`.
    std::size_t label_bytes_max = kNoBound;
};

// An alert as people read it. All texts are valid UTF-8.
struct ShownAlert {
    const alert::Alert* alert = nullptr; // Of the notification.
    Texts labels;
    Texts annotations;
};

// The alerts in their order or, if some must be left out, the firing ones first. Their annotations
// also tell what the SOP says: `runbook_url`, `sop_steps` (numbered lines) and `sop_diagnosis`,
// unless the rule gave one of that name; `keepwatch_cut` says what had to be left out.
std::vector<ShownAlert> shown_alerts(const routing::Notification& notification,
                                     const Bounds& bounds);

// What all of them say alike.
Texts common(const std::vector<ShownAlert>& shown, Texts ShownAlert::* texts);

Texts shown_labels(const Labels& labels, std::size_t value_bytes_max);

// The fullest rendering of at most so many bytes: of everything if that fits, else annotations are
// shortened first, then alerts are left out, at last labels cut; plain() if nothing helps.
using Rendering = std::function<std::string(const routing::Notification&, const Bounds&)>;
std::string fitted(const routing::Notification& notification, std::size_t bytes_max,
                   const Rendering& render);

bool is_firing(const alert::Alert& alert);

// The same notification with one alert, its chief labels, its link and its first steps, at most
// some kilobytes: what goes out when nothing else can.
routing::Notification plain(const routing::Notification& notification);

} // namespace keepwatch::notify
