#pragma once

#include <boost/asio/awaitable.hpp>

#include "net/connection.h"
#include "net/http_server.h"

namespace keepwatch::net {

// Answers the requests of one client until it leaves, stays silent or sends nonsense. The handler
// and the limits outlive the call.
asio::awaitable<void> serve_client(Connection connection, bool from_loopback,
                                   const HttpServer::PatientHandler& handler,
                                   const ServerLimits& limits);

} // namespace keepwatch::net
