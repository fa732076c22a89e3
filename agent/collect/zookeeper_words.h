#pragma once

#include <cstddef>

#include <boost/asio/awaitable.hpp>

#include "model/result.h"
#include "model/time.h"
#include "model/url.h"
#include "net/clock.h"
#include "net/connector.h"
#include "net/page_buffer.h"
#include "net/page_fetcher.h"

namespace keepwatch::collect {

namespace asio = boost::asio;

// Asks a ZooKeeper server by its four-letter words (Administrator's Guide, "ZooKeeper Commands"),
// each over a connection of its own, which the server closes after the answer. The page is the
// answers, each after a line `#4lw WORD`, in the format PageFormat::ZookeeperWords. Without mntr
// there is no page; of the others each may be missing. A word that is not on the server's list of
// allowed ones is answered by a line that says so, which is kept.
class ZookeeperWords {
public:
    // The connector and the clock outlive the object.
    ZookeeperWords(net::Connector& connector, const net::Clock& clock, Url url, Duration timeout,
                   std::size_t bytes_max);

    // Ends by the timeout. The page is valid until the next call.
    asio::awaitable<Result<net::FetchedPage>> fetch();

private:
    asio::awaitable<Result<std::size_t>> ask(std::string_view word, net::Step& step);
    void append(std::string_view text);

    net::Connector& connector_;
    const net::Clock& clock_;
    Url url_;
    Duration timeout_;
    std::size_t bytes_max_;
    net::PageBuffer page_;
};

} // namespace keepwatch::collect
