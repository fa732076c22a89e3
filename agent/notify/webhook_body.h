#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "routing/desired.h"

namespace keepwatch::notify {

inline constexpr std::size_t kWebhookBytesMax = 256 * 1024;

// The body of a webhook as Alertmanager sends it, version "4" of its payload:
// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
//
// A body that would be longer than kWebhookBytesMax is cut: annotations are shortened first, then
// alerts are left out, those that resolved before those that fire. The link to the SOP and its
// first steps stay; see shown_alerts().
std::string webhook_body(const routing::Notification& notification, std::string_view external_url);

} // namespace keepwatch::notify
