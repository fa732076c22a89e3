#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "model/result.h"
#include "net/page_fetcher.h"

namespace keepwatch::collect {

namespace asio = boost::asio;

// What the AdminServer of ZooKeeper answers to `monitor`, as the word `mntr` would have said it:
// the same values, by names without `zk_`. An error that it names is ours, of kind Unavailable.
// https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_adminserver
Result<std::string> words_of_monitor(std::string_view json);

// Asks an AdminServer, at `http://HOST:8080/commands/monitor`: where a ZooKeeper has no metrics
// endpoint and allows no four-letter words.
class ZookeeperAdmin {
public:
    // The connector and the clock outlive the object.
    ZookeeperAdmin(net::Connector& connector, const net::Clock& clock, Url url, Duration timeout,
                   std::size_t bytes_max)
        : fetcher_(connector, clock, std::move(url), timeout, bytes_max) {}

    // Ends by the timeout. The page is valid until the next call.
    asio::awaitable<Result<net::FetchedPage>> fetch();

private:
    net::PageFetcher fetcher_;
    std::string page_;
};

} // namespace keepwatch::collect
