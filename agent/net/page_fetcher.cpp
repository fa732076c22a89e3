#include "net/page_fetcher.h"

#include <optional>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "model/number.h"
#include "net/deadline.h"
#include "net/gunzip.h"
#include "net/http_reading.h"
#include "net/http_writing.h"
#include "net/io_error.h"

namespace keepwatch::net {
namespace {

PageFormat format_of(std::string_view content_type) {
    constexpr std::string_view open_metrics = "application/openmetrics-text";
    const bool open =
        equals_ignoring_case(content_type.substr(0, open_metrics.size()), open_metrics);
    return open ? PageFormat::OpenMetrics : PageFormat::Text;
}

Headers scrape_headers(Duration timeout) {
    // As Prometheus 3 asks, so that an exporter gives both the same page.
    return {{"Accept", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.7,"
                       "application/openmetrics-text;version=0.0.1;q=0.6,"
                       "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                       "text/plain;version=0.0.4;q=0.4,*/*;q=0.3"},
            {"X-Prometheus-Scrape-Timeout-Seconds", format_number(timeout.seconds())}};
}

Error refused(const ResponseHead& head) {
    auto message = fmt::format("HTTP {}", head.status);
    if (const auto reason = reason_phrase(head.status); !reason.empty())
        message += fmt::format(" {}", reason);
    if (head.headers.has("Location")) message += "; redirects are not followed";
    return {ErrorKind::Unavailable, std::move(message)};
}

bool is_gzip(const Headers& headers) {
    const auto coding = headers.get("Content-Encoding");
    return equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip");
}

Result<void> check_coding(const Headers& headers) {
    const auto coding = headers.get("Content-Encoding");
    if (coding.empty() || equals_ignoring_case(coding, "identity") || is_gzip(headers)) return {};
    return Error{ErrorKind::Unavailable,
                 fmt::format("Content-Encoding {} was not asked for", quoted(std::string(coding)))};
}

} // namespace

struct PageFetcher::State {
    State(Connector& with_connector, const Clock& with_clock, Url to, Duration at_most,
          std::size_t page_bytes_max)
        : connector(with_connector), clock(with_clock), url(std::move(to)), timeout(at_most),
          bytes_max(page_bytes_max), raw(page_bytes_max + kHeadBytesMax),
          plain(page_bytes_max + Gunzip::kStepBytes) {}

    asio::awaitable<Result<FetchedPage>> run(Step& step) {
        if (auto kept = take_kept()) {
            auto page = co_await attempt(std::move(*kept), step);
            if (page || step.answered || page.error().kind == ErrorKind::Cancelled) co_return page;
        }
        KW_CO_TRY(auto fresh, co_await connector.connect(url, step));
        auto page = co_await attempt(std::move(fresh), step);
        co_return page;
    }

    std::optional<Connection> take_kept() {
        auto taken = std::move(connection);
        connection.reset();
        if (taken && !taken->is_quiet()) taken.reset();
        return taken;
    }

    asio::awaitable<Result<FetchedPage>> attempt(Connection over, Step& step) {
        step.name = "send";
        const auto request = request_head("GET", url, scrape_headers(timeout), 0);
        if (auto sent = co_await over.write(request); !sent) co_return std::move(sent).error();

        step.name = "read";
        raw.clear();
        KW_CO_TRY(const auto head, co_await read_response_head(over, raw));
        step.answered = true;
        if (head.status != 200) co_return refused(head);
        if (auto known = check_coding(head.headers); !known) co_return std::move(known).error();
        KW_CO_TRY(const auto length, co_await read_body(over, head.framing, raw, bytes_max));
        if (head.keep_alive && raw.size() == length) connection = std::move(over);
        raw.drop_to(length);
        const auto format = format_of(head.headers.get("Content-Type"));
        if (!is_gzip(head.headers)) co_return FetchedPage(format, raw.view());

        step.name = "gzip";
        if (auto inflated = co_await inflate(); !inflated) co_return std::move(inflated).error();
        co_return FetchedPage(format, plain.view());
    }

    asio::awaitable<Result<void>> inflate() {
        plain.clear();
        Gunzip gunzip(raw.view(), bytes_max);
        for (;;) {
            KW_CO_TRY(const bool last, gunzip.step(plain));
            if (last) co_return Result<void>();
            co_await asio::post(asio::use_awaitable); // Let others have their turn.
        }
    }

    Connector& connector;
    const Clock& clock;
    Url url;
    Duration timeout;
    std::size_t bytes_max;
    PageBuffer raw;
    PageBuffer plain; // What was sent compressed.
    std::optional<Connection> connection;
};

PageFetcher::PageFetcher(Connector& connector, const Clock& clock, Url url, Duration timeout,
                         std::size_t bytes_max)
    : state_(std::make_unique<State>(connector, clock, std::move(url), timeout, bytes_max)) {}
PageFetcher::~PageFetcher() = default;

asio::awaitable<Result<FetchedPage>> PageFetcher::fetch() {
    Step step;
    const auto limit = state_->clock.real(state_->timeout);
    auto work = state_->run(step);
    auto page = co_await within<Result<FetchedPage>>(limit, std::move(work));
    if (!page) co_return timeout_error(step, state_->timeout);
    co_return std::move(*page);
}

void PageFetcher::rest() {
    state_->raw.rest();
    state_->plain.rest();
}

} // namespace keepwatch::net
