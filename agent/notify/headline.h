#pragma once

#include <string>
#include <string_view>

#include "routing/desired.h"

namespace keepwatch::notify {

// The one alert that stands for the incident: the first that fires, or else the first.
const alert::Alert& chief_alert(const routing::Notification& notification);

// Where it is: the instance, or else the cluster; "" if it names neither.
std::string place_of(const routing::Notification& notification);

// The worst severity of alerts that fire: critical, error, warning or info. What is none of these
// counts as error.
std::string_view severity_of(const routing::Notification& notification);

// `Urp on b1: 3 partitions have too few replicas`, of at most so many bytes.
std::string headline(const routing::Notification& notification, std::size_t bytes_max);

} // namespace keepwatch::notify
