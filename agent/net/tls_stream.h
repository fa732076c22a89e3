#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "model/result.h"
#include "net/connection.h"

namespace keepwatch::net {

// What all TLS connections of a client share: the certificates it trusts.
class TlsContext {
public:
    // From a PEM file, or those that the system trusts if the path is empty.
    explicit TlsContext(const std::string& ca_file);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    // Shakes hands and verifies the certificate against the host's name or address. Errors begin
    // with `tls: `. The context outlives the connection.
    asio::awaitable<Result<Connection>> secure(asio::ip::tcp::socket socket, std::string host);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::net
