#include "net/gzip.h"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "net/message.h"

namespace keepwatch::net {
namespace {

constexpr int kGzipWrapper = 16 + MAX_WBITS; // As zlib's deflateInit2 wants to be told.
constexpr int kMemoryLevel = 8;              // zlib's default.

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_zero_quality(std::string_view parameter) {
    if (!parameter.starts_with("q=0")) return false;
    return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
}

} // namespace

std::optional<std::string> gzip(std::string_view text) {
    if (text.size() > std::numeric_limits<uInt>::max()) return std::nullopt;
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWrapper, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return std::nullopt;
    std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    // zlib only reads from it, but is older than const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const bool ended = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (!ended) return std::nullopt;
    return packed;
}

bool accepts_gzip(std::string_view accept_encoding) {
    while (!accept_encoding.empty()) {
        const auto end = std::min(accept_encoding.find(','), accept_encoding.size());
        const auto offer = accept_encoding.substr(0, end);
        accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
        const auto semicolon = std::min(offer.find(';'), offer.size());
        if (!equals_ignoring_case(trimmed(offer.substr(0, semicolon)), "gzip")) continue;
        return !is_zero_quality(trimmed(offer.substr(std::min(semicolon + 1, offer.size()))));
    }
    return false;
}

} // namespace keepwatch::net
