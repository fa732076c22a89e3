#include "net/connector.h"

#include <boost/asio/connect.hpp>

#include "net/io_error.h"
#include "net/no_throw.h"
#include "net/resolver.h"
#include "net/tls_stream.h"

namespace keepwatch::net {

struct Connector::State {
    State(asio::any_io_executor with_executor, TlsOptions options)
        : executor(std::move(with_executor)), resolver(executor), tls_options(std::move(options)) {}

    TlsContext& tls() {
        if (!tls_context) tls_context = std::make_unique<TlsContext>(tls_options.ca_file);
        return *tls_context;
    }

    asio::any_io_executor executor;
    Resolver resolver;
    TlsOptions tls_options;
    std::unique_ptr<TlsContext> tls_context; // Loading the trusted certificates takes a while.
};

Connector::Connector(asio::any_io_executor executor, TlsOptions tls)
    : state_(std::make_unique<State>(std::move(executor), std::move(tls))) {}
Connector::~Connector() = default;

asio::awaitable<Result<Connection>> Connector::connect(Url url, Step& step) {
    step.name = "resolve";
    KW_CO_TRY(const auto endpoints, co_await state_->resolver.resolve(url.host, url.port));

    step.name = "connect";
    asio::ip::tcp::socket socket(state_->executor);
    const auto [refused, endpoint] = co_await asio::async_connect(socket, endpoints, kNoThrow);
    if (refused) co_return io_error("connect", refused);
    boost::system::error_code ignored; // Without it only small requests are a little slower.
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (url.scheme != "https") co_return Connection(std::move(socket));

    step.name = "tls";
    auto secured = co_await state_->tls().secure(std::move(socket), url.host);
    co_return secured;
}

} // namespace keepwatch::net
