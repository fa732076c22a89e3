#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "model/result.h"

namespace keepwatch::net {

namespace asio = boost::asio;

// Finds the addresses of hosts. Addresses and `localhost` need no lookup. A lookup by the system
// cannot be cancelled, so waiting for one can: it ends behind the scenes, and until then whoever
// asks for the same name waits for the same lookup, so that there is never more than one of each.
class Resolver {
public:
    using Endpoints = std::vector<asio::ip::tcp::endpoint>;

    explicit Resolver(const asio::any_io_executor& executor);

    // At least one. The resolver outlives the call.
    asio::awaitable<Result<Endpoints>> resolve(std::string host, std::uint16_t port);

private:
    struct Lookup;
    using Lookups = std::map<std::string, std::shared_ptr<Lookup>>; // By host.

    std::shared_ptr<Lookup> look_up(const std::string& host);

    asio::any_io_executor executor_;
    asio::ip::tcp::resolver resolver_;
    std::shared_ptr<Lookups> under_way_ = std::make_shared<Lookups>();
};

} // namespace keepwatch::net
