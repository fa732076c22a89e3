#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace keepwatch::net {

// The text as one gzip member, packed for speed. Nothing if there is no memory for it.
std::optional<std::string> gzip(std::string_view text);

// Whether a header Accept-Encoding names gzip, without a quality of 0.
bool accepts_gzip(std::string_view accept_encoding);

} // namespace keepwatch::net
