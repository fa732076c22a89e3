#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keepwatch::net {

using Parameters = std::vector<std::pair<std::string, std::string>>; // In order; names may repeat.

// Replaces %XX by the byte; a % that begins no such pair stands for itself.
std::string decode_percent(std::string_view text);

// Decodes `a=1&b=%20x+y`, of a query or of a body (application/x-www-form-urlencoded).
Parameters decode_form(std::string_view text);

} // namespace keepwatch::net
