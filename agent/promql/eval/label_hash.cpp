#include "promql/eval/label_hash.h"

#include <bit>
#include <cstring>
#include <string>

namespace keepwatch::promql {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5;

template <class Word> std::uint64_t take(std::string_view& bytes) {
    Word word = 0;
    std::memcpy(&word, bytes.data(), sizeof word); // Little-endian, as are the machines we run on.
    bytes.remove_prefix(sizeof word);
    return word;
}

std::uint64_t stir(std::uint64_t lane, std::uint64_t word) {
    return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
    return (hash ^ stir(0, lane)) * kPrime1 + kPrime4;
}

std::uint64_t hash_blocks(std::string_view& bytes) {
    std::uint64_t a = kPrime1 + kPrime2;
    std::uint64_t b = kPrime2;
    std::uint64_t c = 0;
    std::uint64_t d = 0 - kPrime1;
    while (bytes.size() >= 32) {
        a = stir(a, take<std::uint64_t>(bytes));
        b = stir(b, take<std::uint64_t>(bytes));
        c = stir(c, take<std::uint64_t>(bytes));
        d = stir(d, take<std::uint64_t>(bytes));
    }
    auto hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
    for (const auto lane : {a, b, c, d}) hash = merge(hash, lane);
    return hash;
}

void put(std::string& bytes, std::string_view text) {
    if (text.size() < 255) {
        bytes += static_cast<char>(text.size());
    } else {
        bytes += '\xff';
        for (unsigned shift = 0; shift < 24; shift += 8)
            bytes += static_cast<char>((text.size() >> shift) & 0xff);
    }
    bytes += text;
}

} // namespace

std::uint64_t xxh64(std::string_view bytes) {
    const auto size = bytes.size();
    std::uint64_t hash = (size >= 32 ? hash_blocks(bytes) : kPrime5) + size;
    while (bytes.size() >= 8)
        hash = std::rotl(hash ^ stir(0, take<std::uint64_t>(bytes)), 27) * kPrime1 + kPrime4;
    if (bytes.size() >= 4)
        hash = std::rotl(hash ^ (take<std::uint32_t>(bytes) * kPrime1), 23) * kPrime2 + kPrime3;
    while (!bytes.empty())
        hash = std::rotl(hash ^ (take<std::uint8_t>(bytes) * kPrime5), 11) * kPrime1;
    hash = (hash ^ (hash >> 33)) * kPrime2;
    hash = (hash ^ (hash >> 29)) * kPrime3;
    return hash ^ (hash >> 32);
}

std::uint64_t label_hash(const Labels& labels) {
    std::string bytes;
    for (const auto& [name, value] : labels) {
        put(bytes, name);
        put(bytes, value);
    }
    return xxh64(bytes);
}

} // namespace keepwatch::promql
