#include "net/gunzip.h"

#include <algorithm>

#include <fmt/format.h>
#include <zlib.h>

namespace keepwatch::net {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS; // As zlib's inflateInit2 wants to be told.

Error not_gzip(std::string_view why) {
    return {ErrorKind::Unavailable, fmt::format("gzip: {}", why)};
}

} // namespace

struct Gunzip::State {
    State() { usable = inflateInit2(&stream, kGzipOnly) == Z_OK; }
    ~State() { inflateEnd(&stream); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    z_stream stream{};
    bool usable = false;
    std::string_view input;
    std::size_t bytes_max = 0;
};

Gunzip::Gunzip(std::string_view input, std::size_t bytes_max) : state_(std::make_unique<State>()) {
    state_->input = input;
    state_->bytes_max = bytes_max;
}
Gunzip::~Gunzip() = default;

Result<bool> Gunzip::step(PageBuffer& into) {
    auto& [stream, usable, input, bytes_max] = *state_;
    if (!usable) return not_gzip("no memory");
    const auto room = into.room(kStepBytes);
    const auto out = room.first(std::min(room.size(), kStepBytes));
    // zlib's interface is older than const and std::byte.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
    stream.avail_in = static_cast<uInt>(std::min(input.size(), kStepBytes));
    const auto offered = stream.avail_in;
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int outcome = inflate(&stream, Z_NO_FLUSH);
    into.commit(out.size() - stream.avail_out);
    input.remove_prefix(offered - stream.avail_in);
    if (into.size() > bytes_max)
        return Error{ErrorKind::LimitExceeded,
                     fmt::format("gzip: the body is larger than {} bytes", bytes_max)};
    if (outcome == Z_STREAM_END) {
        if (input.empty()) return true;
        inflateReset(&stream); // Another member follows, as RFC 1952 allows.
        return false;
    }
    if (outcome != Z_OK && outcome != Z_BUF_ERROR)
        return not_gzip(stream.msg ? stream.msg : "not a gzip stream");
    if (input.empty() && stream.avail_out > 0) return not_gzip("cut short");
    return false;
}

} // namespace keepwatch::net
