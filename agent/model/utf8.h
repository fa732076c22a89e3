#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keepwatch {

// The text with everything that is not UTF-8 (RFC 3629) replaced by U+FFFD, one for each maximal
// broken part, as the Unicode standard advises. What we send as JSON must be UTF-8, and labels come
// from pages that may be anything.
std::string valid_utf8(std::string_view text);

// The longest prefix of at most so many bytes that does not cut a character in two.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);

} // namespace keepwatch
