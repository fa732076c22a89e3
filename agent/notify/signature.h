#pragma once

#include <string>
#include <string_view>

namespace keepwatch::notify {

// By which a receiver of webhooks knows that a body is ours and was not changed:
// `sha256=` and the hexadecimal HMAC-SHA256 of TIMESTAMP:BODY, as Grafana signs its webhooks. The
// timestamp is in seconds; receivers refuse old ones, so that a body cannot be played again.
std::string signature(std::string_view key, std::string_view timestamp, std::string_view body);

} // namespace keepwatch::notify
