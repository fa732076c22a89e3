#include "net/tls_stream.h"

#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <fmt/format.h>

#include "net/stream.h"

namespace keepwatch::net {
namespace {

using SslStream = asio::ssl::stream<asio::ip::tcp::socket>;

class TlsStream : public Connection::Stream {
public:
    TlsStream(asio::ip::tcp::socket socket, asio::ssl::context& context)
        : ssl_(std::move(socket), context) {}

    SslStream& ssl() { return ssl_; }

    asio::awaitable<Result<std::size_t>> read_some(std::span<char> into) override {
        return read_some_of(ssl_, into);
    }
    asio::awaitable<Result<void>> write(std::string_view bytes) override {
        return write_to(ssl_, bytes);
    }
    void finish_writing() override {} // Nobody needs it of a client.
    // Session tickets come unasked, so only the end of the stream counts.
    bool is_quiet() override {
        char byte = 0;
        return ::recv(ssl_.next_layer().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
    }

private:
    SslStream ssl_;
};

// Why OpenSSL did not accept the certificate, which is more than Asio's error says.
Error handshake_error(SslStream& ssl, const boost::system::error_code& code) {
    const auto verified = SSL_get_verify_result(ssl.native_handle());
    if (verified == X509_V_OK || code == asio::error::operation_aborted)
        return io_error("tls", code);
    return {ErrorKind::Unavailable,
            fmt::format("tls: certificate refused: {}", X509_verify_cert_error_string(verified))};
}

bool is_address(const std::string& host) {
    boost::system::error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    return !not_an_address;
}

} // namespace

struct TlsContext::State {
    asio::ssl::context context{asio::ssl::context::tls_client};
    boost::system::error_code unloaded; // Of the trusted certificates; told at the first handshake.
    boost::system::error_code own_unloaded; // Of the own certificate and its key; likewise.
};

TlsContext::TlsContext(const TlsOptions& options) : state_(std::make_unique<State>()) {
    auto& context = state_->context;
    context.set_default_verify_paths(state_->unloaded);
    if (!options.ca_file.empty()) context.load_verify_file(options.ca_file, state_->unloaded);
    if (const auto& own = options.certificate_file; !own.empty()) {
        const auto& key = options.key_file.empty() ? own : options.key_file;
        context.use_certificate_chain_file(own, state_->own_unloaded);
        if (!state_->own_unloaded)
            context.use_private_key_file(key, asio::ssl::context::pem, state_->own_unloaded);
    }
    context.set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
}

TlsContext::~TlsContext() = default;

asio::awaitable<Result<Connection>> TlsContext::secure(asio::ip::tcp::socket socket,
                                                       std::string host) {
    if (state_->unloaded) co_return io_error("tls: trusted certificates", state_->unloaded);
    if (state_->own_unloaded) co_return io_error("tls: own certificate", state_->own_unloaded);
    auto stream = std::make_unique<TlsStream>(std::move(socket), state_->context);
    auto& ssl = stream->ssl();
    if (!is_address(host)) // What SSL_set_tlsext_host_name does, with a cast of old style.
        SSL_ctrl(ssl.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 host.data());
    ssl.set_verify_callback(asio::ssl::host_name_verification(host));
    const auto [refused] = co_await ssl.async_handshake(asio::ssl::stream_base::client, kNoThrow);
    if (refused) co_return handshake_error(ssl, refused);
    co_return Connection(std::move(stream));
}

} // namespace keepwatch::net
