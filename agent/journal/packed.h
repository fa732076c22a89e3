#pragma once

#include <string>
#include <string_view>

#include "model/result.h"

namespace keepwatch::journal {

inline constexpr std::size_t kUnpackedBytesMax = 256 << 20; // More is taken for damage.

// Bytes made small: alerts of one incident differ little, so they pack ten to one.
std::string pack(std::string_view bytes);
Result<std::string> unpack(std::string_view packed);

} // namespace keepwatch::journal
