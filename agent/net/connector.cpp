#include "net/connector.h"

#include <array>
#include <filesystem>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>

#include "net/io_error.h"
#include "net/no_throw.h"
#include "net/resolver.h"
#include "net/tls_stream.h"

namespace keepwatch::net {
namespace {

using Times = std::array<std::filesystem::file_time_type, 3>;

Times times_of(const TlsOptions& options) {
    std::error_code absent; // Then it is the loading that complains.
    return {std::filesystem::last_write_time(options.ca_file, absent),
            std::filesystem::last_write_time(options.certificate_file, absent),
            std::filesystem::last_write_time(options.key_file, absent)};
}

bool is_link_local(const std::string& host) {
    boost::system::error_code a_name;
    const auto address = asio::ip::make_address(host, a_name);
    return !a_name && net::is_link_local(address);
}

Error link_local_error() {
    return {ErrorKind::InvalidInput, "resolve: only link-local or metadata addresses, which "
                                     "egress.allow_link_local = true would permit"};
}

} // namespace

struct Connector::State {
    State(asio::any_io_executor with_executor, TlsOptions options, Egress ways)
        : executor(std::move(with_executor)), resolver(executor), tls_options(std::move(options)),
          egress(std::move(ways)) {}

    // Loading the trusted certificates takes a while, so it is done once for each state of the
    // files.
    std::shared_ptr<TlsContext> tls() {
        const auto times = times_of(tls_options);
        if (!tls_context || times != tls_times) {
            tls_context = std::make_shared<TlsContext>(tls_options);
            tls_times = times;
        }
        return tls_context;
    }

    asio::any_io_executor executor;
    Resolver resolver;
    TlsOptions tls_options;
    Egress egress;
    std::shared_ptr<TlsContext> tls_context;
    Times tls_times;
};

Connector::Connector(asio::any_io_executor executor, TlsOptions tls, Egress egress)
    : state_(std::make_unique<State>(std::move(executor), std::move(tls), std::move(egress))) {}
Connector::~Connector() = default;

asio::awaitable<Result<Connection>> Connector::connect(Url url, Step& step) {
    step.name = "resolve";
    const bool by_proxy = goes_by_proxy(state_->egress, url);
    if (by_proxy && state_->egress.refuse_link_local && is_link_local(url.host))
        co_return link_local_error();
    const auto first = by_proxy ? *state_->egress.proxy : url;
    KW_CO_TRY(auto endpoints, co_await state_->resolver.resolve(first.host, first.port));
    if (!by_proxy && state_->egress.refuse_link_local) {
        std::erase_if(endpoints, [](const auto& one) { return is_link_local(one.address()); });
        if (endpoints.empty()) co_return link_local_error();
    }

    step.name = "connect";
    asio::ip::tcp::socket socket(state_->executor);
    const auto [refused, endpoint] = co_await asio::async_connect(socket, endpoints, kNoThrow);
    if (refused) co_return io_error("connect", refused);
    boost::system::error_code ignored; // Without it only small requests are a little slower.
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (by_proxy) {
        step.name = "proxy";
        if (auto opened = co_await open_tunnel(socket, url); !opened)
            co_return std::move(opened).error();
    }
    if (url.scheme != "https") co_return Connection(std::move(socket));

    step.name = "tls";
    const auto context = state_->tls();
    auto secured = co_await context->secure(std::move(socket), url.host);
    co_return secured;
}

} // namespace keepwatch::net
