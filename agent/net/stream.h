#pragma once

#include "net/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "net/io_error.h"
#include "net/no_throw.h"

namespace keepwatch::net {

class Connection::Stream {
public:
    virtual ~Stream() = default;
    virtual asio::awaitable<Result<std::size_t>> read_some(std::span<char> into) = 0;
    virtual asio::awaitable<Result<void>> write(std::string_view bytes) = 0;
    virtual void finish_writing() = 0;
    virtual bool is_quiet() = 0;
};

// Reads from any of Asio's streams, with the end of the stream as zero bytes.
template <class AsioStream>
asio::awaitable<Result<std::size_t>> read_some_of(AsioStream& stream, std::span<char> into) {
    const auto buffer = asio::buffer(into.data(), into.size());
    const auto [unread, bytes] = co_await stream.async_read_some(buffer, kNoThrow);
    if (unread == asio::error::eof) co_return std::size_t{0};
    if (unread) co_return io_error("read", unread);
    co_return bytes;
}

template <class AsioStream>
asio::awaitable<Result<void>> write_to(AsioStream& stream, std::string_view bytes) {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto [unsent, sent] = co_await asio::async_write(stream, buffer, kNoThrow);
    if (unsent) co_return io_error("send", unsent);
    co_return Result<void>();
}

} // namespace keepwatch::net
