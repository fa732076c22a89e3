#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "model/result.h"
#include "net/connection.h"
#include "net/egress.h"

namespace keepwatch::net {

// What all TLS connections of a client share: the certificates it trusts, and its own.
class TlsContext {
public:
    explicit TlsContext(const TlsOptions& options);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    // Shakes hands and verifies the certificate against the host's name or address. Errors begin
    // with `tls: `. The context outlives the call.
    asio::awaitable<Result<Connection>> secure(asio::ip::tcp::socket socket, std::string host);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::net
