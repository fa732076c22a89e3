#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "model/event.h"
#include "model/result.h"
#include "model/time.h"
#include "model/url.h"
#include "net/clock.h"
#include "net/connector.h"
#include "net/page_buffer.h"

namespace keepwatch::net {

struct FetchedPage {
    FetchedPage(PageFormat as, std::string_view bytes) : format(as), body(bytes) {}
    PageFormat format;
    std::string_view body; // In the fetcher's buffer, until its next fetch.
};

// Fetches the pages of one exporter, over one connection that it keeps, into one buffer that it
// keeps: the body goes from the socket to where it is parsed. Whatever the server does, a fetch
// ends by the timeout and holds at most bytes_max, compressed or not.
class PageFetcher {
public:
    // The clock and the connector outlive the fetcher.
    PageFetcher(Connector& connector, const Clock& clock, Url url, Duration timeout,
                std::size_t bytes_max);
    ~PageFetcher();
    PageFetcher(const PageFetcher&) = delete;
    PageFetcher& operator=(const PageFetcher&) = delete;

    // Anything but a whole page with status 200 is an error that names the step and the reason:
    // `connect: Connection refused`, `HTTP 503`, `read: timeout after 10s`,
    // `read: cut short after 100 of 2000 bytes`.
    asio::awaitable<Result<FetchedPage>> fetch();

    // Gives the page's memory to the system until the next fetch; its views are gone.
    void rest();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::net
