#include <optional>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "cli/query_sources.h"
#include "model/number.h"
#include "net/clock.h"
#include "net/http_client.h"
#include "net/task_group.h"
#include "templating/url.h"

namespace keepwatch::cli {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kAnswerBytesMax = std::size_t{256} << 20;
constexpr Duration kAnswerTimeMax = minutes(2); // As long as Prometheus lets a query run.

std::string unix_seconds(Timestamp t) {
    return format_number(t.seconds());
}

asio::awaitable<void> exchange(net::HttpClient& client, net::Request request,
                               std::optional<Result<net::Response>>& answer) {
    auto response = co_await client.send(std::move(request));
    answer.emplace(std::move(response));
}

Result<net::Response> send(net::Request request) {
    asio::io_context io(1);
    const net::RealClock clock;
    net::HttpClient client(io.get_executor(), clock);
    net::TaskGroup tasks(io.get_executor());
    std::optional<Result<net::Response>> answer;
    tasks.spawn("query", exchange(client, std::move(request), answer));
    io.run();
    return *std::move(answer);
}

Result<std::string> form_of(const std::string& expr, const QueryTimes& times, Timestamp now) {
    auto form = "query=" + templating::query_escape(expr);
    if (times.is_range()) {
        const auto end = times.end.value_or(now);
        KW_TRY(const auto range, range_of(times, end - hours(1), end));
        form += fmt::format("&start={}&end={}&step={}", unix_seconds(range.start),
                            unix_seconds(range.end), format_number(range.step.seconds()));
    } else if (times.at) {
        form += fmt::format("&time={}", unix_seconds(*times.at));
    }
    return form;
}

} // namespace

Result<Answer> ask_url(const std::string& url, const std::string& expr, const QueryTimes& times,
                       Timestamp now) {
    KW_TRY(auto base, parse_url(url));
    while (base.target.ends_with('/')) base.target.pop_back();
    base.target += times.is_range() ? "/api/v1/query_range" : "/api/v1/query";
    net::Request request("POST", std::move(base));
    KW_TRY(request.body, form_of(expr, times, now));
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.timeout = kAnswerTimeMax;
    request.response_bytes_max = kAnswerBytesMax;
    auto response = send(std::move(request));
    if (!response) return std::move(response).error().within(url);
    auto answer = read_envelope(response->body);
    if (!answer && answer.error().kind == ErrorKind::Unavailable && response->status != 200)
        return Error{ErrorKind::Unavailable, fmt::format("{}: HTTP {} {}", url, response->status,
                                                         net::reason_phrase(response->status))};
    return answer;
}

} // namespace keepwatch::cli
