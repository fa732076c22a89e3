#include "net/resolver.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/io_error.h"
#include "net/no_throw.h"

namespace keepwatch::net {
namespace {

using asio::ip::tcp;

// The addresses that need no lookup.
std::vector<asio::ip::address> known_addresses(const std::string& host) {
    if (host == "localhost")
        return {asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
    boost::system::error_code not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    if (not_an_address) return {};
    return {address};
}

} // namespace

struct Resolver::Lookup {
    explicit Lookup(const asio::any_io_executor& executor)
        : ended(executor, asio::steady_timer::time_point::max()) {}

    asio::steady_timer ended; // Cancelled when the answer is there, which wakes all who wait.
    bool answered = false;
    boost::system::error_code error;
    std::vector<asio::ip::address> addresses;
};

Resolver::Resolver(const asio::any_io_executor& executor)
    : executor_(executor), resolver_(executor) {}

std::shared_ptr<Resolver::Lookup> Resolver::look_up(const std::string& host) {
    auto& lookup = (*under_way_)[host];
    if (lookup) return lookup;
    lookup = std::make_shared<Lookup>(executor_);
    auto answer = [lookup = lookup, lookups = under_way_, host](
                      boost::system::error_code error, const tcp::resolver::results_type& found) {
        lookup->answered = true;
        lookup->error = error;
        for (const auto& entry : found) lookup->addresses.push_back(entry.endpoint().address());
        lookups->erase(host);
        lookup->ended.cancel();
    };
    resolver_.async_resolve(host, "", std::move(answer));
    return lookup;
}

asio::awaitable<Result<Resolver::Endpoints>> Resolver::resolve(std::string host,
                                                               std::uint16_t port) {
    auto addresses = known_addresses(host);
    if (addresses.empty()) {
        const auto lookup = look_up(host);
        const auto [woken] = co_await lookup->ended.async_wait(kNoThrow);
        if (!lookup->answered) co_return io_error("resolve", woken);
        if (lookup->error) co_return io_error("resolve", lookup->error);
        addresses = lookup->addresses;
    }
    Endpoints endpoints;
    for (const auto& address : addresses) endpoints.emplace_back(address, port);
    co_return endpoints;
}

} // namespace keepwatch::net
