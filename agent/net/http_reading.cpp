#include "net/http_reading.h"

#include <algorithm>

#include <fmt/format.h>

#include "net/chunk_decoder.h"

namespace keepwatch::net {
namespace {

constexpr std::size_t kHeadReadBytes = 16 << 10; // What comes with the head has to be moved.
constexpr std::size_t kBodyReadBytes = 1 << 20;  // Between two reads others get their turn.

constexpr int kInterimMax = 8;

Error too_large(std::size_t bytes_max) {
    return {ErrorKind::LimitExceeded,
            fmt::format("read: the body is larger than {} bytes", bytes_max)};
}

Error cut_short(std::size_t came, std::uint64_t wanted) {
    return {ErrorKind::Unavailable,
            fmt::format("read: cut short after {} of {} bytes", came, wanted)};
}

asio::awaitable<Result<std::size_t>> read_length(Connection& connection, std::uint64_t length,
                                                 PageBuffer& buffer, std::size_t bytes_max) {
    if (length > bytes_max) co_return too_large(bytes_max);
    while (buffer.size() < length) {
        const auto left = static_cast<std::size_t>(length) - buffer.size();
        KW_CO_TRY(const auto bytes,
                  co_await read_more(connection, buffer, std::min(left, kBodyReadBytes)));
        if (bytes == 0) co_return cut_short(buffer.size(), length);
    }
    co_return static_cast<std::size_t>(length);
}

asio::awaitable<Result<std::size_t>> read_until_closed(Connection& connection, PageBuffer& buffer,
                                                       std::size_t bytes_max) {
    for (;;) {
        if (buffer.size() > bytes_max) co_return too_large(bytes_max);
        KW_CO_TRY(const auto bytes, co_await read_more(connection, buffer, kBodyReadBytes));
        if (bytes == 0) co_return buffer.size();
    }
}

asio::awaitable<Result<std::size_t>> read_chunks(Connection& connection, PageBuffer& buffer,
                                                 std::size_t bytes_max) {
    ChunkDecoder decoder;
    std::size_t body = 0;
    for (;;) {
        KW_CO_TRY(const auto decoded, decoder.decode(buffer.bytes().subspan(body)));
        body += decoded.body;
        buffer.drop_to(body + decoded.after);
        if (body > bytes_max) co_return too_large(bytes_max);
        if (decoder.done()) co_return body;
        KW_CO_TRY(const auto bytes, co_await read_more(connection, buffer, kBodyReadBytes));
        if (bytes > 0) continue;
        co_return Error{ErrorKind::Unavailable,
                        fmt::format("read: cut short after {} bytes, before the last chunk", body)};
    }
}

Error ended_early(const PageBuffer& buffer) {
    if (buffer.size() == 0) return {ErrorKind::Unavailable, std::string(kClosedBeforeHead)};
    return {ErrorKind::Unavailable, "read: cut short within the head"};
}

constexpr std::string_view kHttp = "HTTP/1.";

bool begins_like_http(std::string_view bytes) {
    const auto length = std::min(bytes.size(), kHttp.size());
    return bytes.substr(0, length) == kHttp.substr(0, length);
}

} // namespace

asio::awaitable<Result<std::size_t>> read_more(Connection& connection, PageBuffer& buffer,
                                               std::size_t wanted) {
    const auto room = buffer.room(wanted);
    if (room.empty()) co_return too_large(buffer.bytes_max());
    const auto into = room.first(std::min(room.size(), wanted));
    KW_CO_TRY(const auto bytes, co_await connection.read_some(into));
    buffer.commit(bytes);
    co_return bytes;
}

asio::awaitable<Result<std::size_t>> read_head(Connection& connection, PageBuffer& buffer) {
    for (;;) {
        if (const auto length = find_head(buffer.view())) co_return *length;
        if (buffer.size() >= kHeadBytesMax)
            co_return Error{ErrorKind::LimitExceeded,
                            fmt::format("read: the head is larger than {} bytes", kHeadBytesMax)};
        KW_CO_TRY(const auto bytes, co_await read_more(connection, buffer, kHeadReadBytes));
        if (bytes == 0) co_return ended_early(buffer);
    }
}

asio::awaitable<Result<ResponseHead>> read_response_head(Connection& connection,
                                                         PageBuffer& buffer) {
    for (int interim = 0; interim < kInterimMax; ++interim) {
        // An answer that is no HTTP may never have an end.
        while (buffer.size() < kHttp.size() && begins_like_http(buffer.view())) {
            KW_CO_TRY(const auto bytes, co_await read_more(connection, buffer, kHeadReadBytes));
            if (bytes == 0) co_return ended_early(buffer);
        }
        if (!begins_like_http(buffer.view()))
            co_return Error{ErrorKind::Unavailable, "read: the answer is not HTTP"};
        KW_CO_TRY(const auto length, co_await read_head(connection, buffer));
        auto head = parse_response_head(buffer.view().substr(0, length));
        buffer.drop_front(length);
        if (!head) co_return std::move(head).error().within("read");
        if (head->status / 100 != 1) co_return head;
    }
    co_return Error{ErrorKind::Unavailable, "read: too many interim answers (1xx)"};
}

asio::awaitable<Result<std::size_t>> read_body(Connection& connection, Framing framing,
                                               PageBuffer& buffer, std::size_t bytes_max) {
    if (framing.by == Framing::By::Chunks) return read_chunks(connection, buffer, bytes_max);
    if (framing.by == Framing::By::Close) return read_until_closed(connection, buffer, bytes_max);
    return read_length(connection, framing.length, buffer, bytes_max);
}

} // namespace keepwatch::net
