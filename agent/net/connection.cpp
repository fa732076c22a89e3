#include "net/connection.h"

#include <sys/socket.h>

#include <cerrno>

#include "net/stream.h"

namespace keepwatch::net {
namespace {

class TcpStream : public Connection::Stream {
public:
    explicit TcpStream(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<Result<std::size_t>> read_some(std::span<char> into) override {
        return read_some_of(socket_, into);
    }
    asio::awaitable<Result<void>> write(std::string_view bytes) override {
        return write_to(socket_, bytes);
    }
    void finish_writing() override {
        boost::system::error_code ignored; // Of a connection that is broken anyway.
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    }
    bool is_quiet() override {
        char byte = 0;
        const auto seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }

private:
    asio::ip::tcp::socket socket_;
};

} // namespace

Connection::Connection(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
Connection::Connection(asio::ip::tcp::socket connected)
    : stream_(std::make_unique<TcpStream>(std::move(connected))) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

asio::awaitable<Result<std::size_t>> Connection::read_some(std::span<char> into) {
    return stream_->read_some(into);
}

asio::awaitable<Result<void>> Connection::write(std::string_view bytes) {
    return stream_->write(bytes);
}

void Connection::finish_writing() {
    stream_->finish_writing();
}

bool Connection::is_quiet() {
    return stream_->is_quiet();
}

} // namespace keepwatch::net
