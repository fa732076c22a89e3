#pragma once

#include <cstdint>
#include <string_view>

namespace keepwatch {

// FNV-1a with 64 bits, http://www.isthe.com/chongo/tech/comp/fnv/: the same on every host and after
// every restart, which std::hash does not promise. Longer input goes in piece by piece, each with
// the hash of what came before.
constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

} // namespace keepwatch
