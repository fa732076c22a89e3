#include "net/http_server.h"

#include <charconv>
#include <chrono>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "net/http_session.h"
#include "net/no_throw.h"
#include "net/task_group.h"

namespace keepwatch::net {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds kAcceptPause{100}; // When there are no descriptors left.

Result<tcp::endpoint> parse_address(std::string_view text) {
    const Error invalid{
        ErrorKind::InvalidInput,
        fmt::format("listen address must be HOST:PORT such as 127.0.0.1:9797, not \"{}\"", text)};
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return invalid;
    std::string host(text.substr(0, colon));
    const auto digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failed != std::errc() || end != digits.data() + digits.size()) return invalid;
    if (host == "localhost") host = "127.0.0.1";
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    boost::system::error_code not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    if (not_an_address) return invalid;
    return tcp::endpoint(address, port);
}

Result<tcp::acceptor> open(const asio::any_io_executor& executor, const tcp::endpoint& endpoint) {
    tcp::acceptor acceptor(executor);
    boost::system::error_code failed;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor.bind(endpoint, failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return Error{ErrorKind::Unavailable, failed.message()};
    return acceptor;
}

asio::awaitable<Response> answer_at_once(const HttpServer::Handler& handler,
                                         IncomingRequest request) {
    co_return handler(request);
}

HttpServer::PatientHandler patient(HttpServer::Handler handler) {
    return [handler = std::move(handler)](IncomingRequest request) {
        return answer_at_once(handler, std::move(request));
    };
}

bool is_loopback(const tcp::endpoint& peer) {
    const auto address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

} // namespace

std::string_view IncomingRequest::param(std::string_view name) const {
    for (const auto& [parameter, value] : query)
        if (parameter == name) return value;
    return {};
}

std::vector<std::string_view> IncomingRequest::params(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [parameter, value] : query)
        if (parameter == name) values.push_back(value);
    return values;
}

struct HttpServer::State {
    State(const asio::any_io_executor& with_executor, PatientHandler with_handler,
          ServerLimits with_limits)
        : executor(with_executor), handler(std::move(with_handler)), limits(with_limits),
          tasks(with_executor) {}

    asio::awaitable<void> accept(tcp::acceptor acceptor) {
        for (;;) {
            tcp::socket socket(executor);
            tcp::endpoint peer;
            const auto [refused] = co_await acceptor.async_accept(socket, peer, kNoThrow);
            if (refused == asio::error::operation_aborted) co_return;
            if (refused) {
                asio::steady_timer pause(executor, kAcceptPause);
                co_await pause.async_wait(asio::use_awaitable);
            } else if (clients < limits.connections_max) {
                tasks.spawn("client", serve(std::move(socket), is_loopback(peer)));
            }
        }
    }

    asio::awaitable<void> serve(tcp::socket socket, bool from_loopback) {
        const Counted counted(clients);
        boost::system::error_code ignored; // Without it small answers are a little slower.
        socket.set_option(tcp::no_delay(true), ignored);
        Connection connection(std::move(socket));
        co_await serve_client(std::move(connection), from_loopback, handler, limits);
    }

    struct Counted {
        explicit Counted(std::size_t& in) : count(in) { ++count; }
        ~Counted() { --count; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
        std::size_t& count;
    };

    asio::any_io_executor executor;
    PatientHandler handler;
    ServerLimits limits;
    std::size_t clients = 0;
    TaskGroup tasks;
};

HttpServer::HttpServer(asio::any_io_executor executor, Handler handler, ServerLimits limits)
    : HttpServer(std::move(executor), patient(std::move(handler)), limits) {}
HttpServer::HttpServer(asio::any_io_executor executor, PatientHandler handler, ServerLimits limits)
    : state_(std::make_unique<State>(executor, std::move(handler), limits)) {}
HttpServer::~HttpServer() = default;

Result<std::uint16_t> HttpServer::listen(std::string_view address) {
    KW_TRY(const auto endpoint, parse_address(address));
    auto acceptor = open(state_->executor, endpoint);
    if (!acceptor) return std::move(acceptor).error().within(fmt::format("listen on {}", address));
    const auto port = acceptor->local_endpoint().port();
    state_->tasks.spawn("accept", state_->accept(std::move(*acceptor)));
    return port;
}

void HttpServer::stop() {
    state_->tasks.stop();
}

bool HttpServer::idle() const {
    return state_->tasks.empty();
}

} // namespace keepwatch::net
