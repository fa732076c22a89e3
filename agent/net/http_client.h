#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "model/result.h"
#include "model/time.h"
#include "model/url.h"
#include "net/clock.h"
#include "net/connector.h"
#include "net/message.h"

namespace keepwatch::net {

struct Request {
    Request() = default;
    Request(std::string with_method, Url to) : method(std::move(with_method)), url(std::move(to)) {}

    std::string method = "GET";
    Url url;
    Headers headers; // Besides Host, User-Agent, Content-Length and Connection.
    std::string body;
    Duration timeout = seconds(10); // For the whole exchange, looking up the name included.
    std::size_t response_bytes_max = 1 << 20;
};

// Sends requests over HTTP/1.1, and keeps idle connections for the next one to the same origin.
// Redirects are not followed, nothing is asked for in gzip. Errors name the step and the reason,
// and never the URL, which may be a secret: `connect: Connection refused`,
// `read: timeout after 10s`. A status is no error.
//
// If a kept connection turns out to be closed before any byte of the answer, the request is sent
// once more over a new one: a POST may arrive twice.
//
// A request that is cancelled gives an error of kind Cancelled, which ends its caller too: the next
// thing that one waits for throws.
//
// All calls on the executor's thread; it may have many requests under way at once.
class HttpClient {
public:
    static constexpr std::size_t kIdlePerOriginMax = 2;
    static constexpr std::size_t kIdleMax = 64;

    // The clock outlives the client.
    HttpClient(asio::any_io_executor executor, const Clock& clock, TlsOptions tls = {},
               Egress egress = {});
    virtual ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Virtual, so that a test can stand in for the network.
    virtual asio::awaitable<Result<Response>> send(Request request);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::net
