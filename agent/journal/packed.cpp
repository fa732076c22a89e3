#include "journal/packed.h"

#include <fmt/format.h>
#include <zstd.h>

namespace keepwatch::journal {
namespace {

// The first byte says how the rest is written.
constexpr char kPlain = 0;
constexpr char kZstd = 1;
constexpr std::size_t kWorthIt = 256; // Less hardly shrinks.
constexpr int kLevel = 1;

Error damaged(std::string_view what) {
    return {ErrorKind::Storage, fmt::format("packed bytes are damaged: {}", what)};
}

} // namespace

std::string pack(std::string_view bytes) {
    std::string packed(1, kPlain);
    if (bytes.size() >= kWorthIt) {
        packed.resize(1 + ZSTD_compressBound(bytes.size()));
        const auto size =
            ZSTD_compress(packed.data() + 1, packed.size() - 1, bytes.data(), bytes.size(), kLevel);
        if (ZSTD_isError(size) == 0 && size < bytes.size()) {
            packed[0] = kZstd;
            packed.resize(1 + size);
            return packed;
        }
        packed.assign(1, kPlain);
    }
    return packed.append(bytes);
}

Result<std::string> unpack(std::string_view packed) {
    if (packed.empty()) return damaged("there are none");
    const char manner = packed.front();
    packed.remove_prefix(1);
    if (manner == kPlain) return std::string(packed);
    if (manner != kZstd) return damaged("unknown manner");
    const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size > kUnpackedBytesMax) return damaged("no frame, or a huge one"); // Errors are huge too.
    std::string bytes(size, '\0');
    const auto got = ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) != 0) return damaged(ZSTD_getErrorName(got));
    if (got != size) return damaged("cut short");
    return bytes;
}

} // namespace keepwatch::journal
