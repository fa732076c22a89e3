#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "model/result.h"

namespace keepwatch::net {

namespace asio = boost::asio;

// A stream of bytes over TCP or TLS. One reader and one writer at a time. Errors begin with the
// step: `read: Connection reset by peer`.
class Connection {
public:
    class Stream; // What the two kinds have in common; see stream.h.

    explicit Connection(std::unique_ptr<Stream> stream);
    explicit Connection(asio::ip::tcp::socket connected);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    // At least one byte; 0 at the end of the stream, after which nothing may be read. The bytes and
    // the connection outlive the call.
    asio::awaitable<Result<std::size_t>> read_some(std::span<char> into);
    asio::awaitable<Result<void>> write(std::string_view bytes);

    // Tells the other side that nothing more comes; what it still sends can be read.
    void finish_writing();

    // False if the other side has closed it or sent what nobody asked for.
    bool is_quiet();

private:
    std::unique_ptr<Stream> stream_;
};

} // namespace keepwatch::net
