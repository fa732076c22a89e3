#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "model/result.h"
#include "model/time.h"
#include "net/form.h"
#include "net/message.h"

namespace keepwatch::net {

namespace asio = boost::asio;

// A request as the handler sees it.
struct IncomingRequest {
    std::string method; // "GET", "POST", …
    std::string path;   // Decoded, without the query.
    Parameters query;
    Headers headers;
    std::string body;
    bool from_loopback = false;

    std::string_view param(std::string_view name) const; // The first; "" if there is none.
    std::vector<std::string_view> params(std::string_view name) const;
};

struct ServerLimits {
    std::size_t body_bytes_max = 16 << 20;
    std::size_t connections_max = 128;  // Further ones are closed at once.
    Duration request_max = seconds(10); // From a request's first byte to its last.
    Duration response_max = seconds(30);
    Duration idle_max = seconds(75);
};

// A small HTTP/1.1 server. Times are the machine's, whatever clock the agent runs by. The handler
// runs on the executor's thread, one request at a time; a patient one may wait for something
// meanwhile, and other clients are served. HEAD is answered as GET without the body. An exception
// from a handler is answered with 500.
class HttpServer {
public:
    using Handler = std::function<Response(const IncomingRequest&)>;
    using PatientHandler = std::function<asio::awaitable<Response>(IncomingRequest)>;

    HttpServer(asio::any_io_executor executor, Handler handler, ServerLimits limits = {});
    HttpServer(asio::any_io_executor executor, PatientHandler handler, ServerLimits limits = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // `127.0.0.1:9797`, `[::1]:9797`, `localhost:0`; port 0 takes a free one. Returns the port.
    // Without waiting: a host must be an address or `localhost`.
    Result<std::uint16_t> listen(std::string_view address);

    // Closes everything. Before the server is destroyed the loop must run until it is idle().
    void stop();
    bool idle() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::net
