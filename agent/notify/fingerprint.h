#pragma once

#include <cstdint>
#include <string>

#include "model/labels.h"

namespace keepwatch::notify {

// The identity that the Prometheus world gives to a set of labels: FNV-1a of 64 bits over names and
// values in the order of names, a byte 0xFF after each (prometheus/common, model/signature.go), as
// 16 hexadecimal digits. Receivers tell alerts apart by it.
std::string fingerprint(const Labels& labels);

} // namespace keepwatch::notify
