#include "net/http_client.h"

#include <map>
#include <optional>
#include <vector>

#include "net/deadline.h"
#include "net/http_reading.h"
#include "net/http_writing.h"
#include "net/io_error.h"

namespace keepwatch::net {
namespace {

// One request and its answer. The connection is to be closed afterwards if it cannot be kept.
struct Answer {
    Response response;
    bool keep_alive = false;
};

asio::awaitable<Result<Answer>> exchange(Connection& connection, const Request& request,
                                         Step& step) {
    step.name = "send";
    const auto bytes =
        request_head(request.method, request.url, request.headers, request.body.size()) +
        request.body;
    if (auto sent = co_await connection.write(bytes); !sent) co_return std::move(sent).error();

    step.name = "read";
    PageBuffer buffer(request.response_bytes_max + kHeadBytesMax);
    KW_CO_TRY(auto head, co_await read_response_head(connection, buffer));
    step.answered = true;
    if (request.method == "HEAD") head.framing = Framing();
    KW_CO_TRY(const auto length,
              co_await read_body(connection, head.framing, buffer, request.response_bytes_max));
    Answer answer;
    answer.response.status = head.status;
    answer.response.headers = std::move(head.headers);
    answer.response.body = std::string(buffer.view().substr(0, length));
    answer.keep_alive = head.keep_alive && buffer.size() == length;
    co_return answer;
}

} // namespace

struct HttpClient::State {
    State(asio::any_io_executor executor, const Clock& with_clock, TlsOptions tls, Egress egress)
        : connector(std::move(executor), std::move(tls), std::move(egress)), clock(with_clock) {}

    std::optional<Connection> take_idle(const std::string& origin) {
        auto& kept = idle[origin];
        while (!kept.empty()) {
            auto connection = std::move(kept.back());
            kept.pop_back();
            --idle_count;
            if (connection.is_quiet()) return connection;
        }
        idle.erase(origin);
        return std::nullopt;
    }

    void keep(const std::string& origin, Connection connection) {
        auto& kept = idle[origin];
        if (kept.size() >= kIdlePerOriginMax || idle_count >= kIdleMax) return;
        kept.push_back(std::move(connection));
        ++idle_count;
    }

    asio::awaitable<Result<Response>> attempt(const Request& request, Connection connection,
                                              Step& step) {
        KW_CO_TRY(auto answer, co_await exchange(connection, request, step));
        if (answer.keep_alive) keep(request.url.origin(), std::move(connection));
        co_return std::move(answer.response);
    }

    asio::awaitable<Result<Response>> run(const Request& request, Step& step) {
        if (auto kept = take_idle(request.url.origin())) {
            auto response = co_await attempt(request, std::move(*kept), step);
            if (response || step.answered || response.error().kind == ErrorKind::Cancelled)
                co_return response;
        }
        KW_CO_TRY(auto fresh, co_await connector.connect(request.url, step));
        auto response = co_await attempt(request, std::move(fresh), step);
        co_return response;
    }

    Connector connector;
    const Clock& clock;
    std::map<std::string, std::vector<Connection>> idle; // By origin.
    std::size_t idle_count = 0;
};

HttpClient::HttpClient(asio::any_io_executor executor, const Clock& clock, TlsOptions tls,
                       Egress egress)
    : state_(
          std::make_unique<State>(std::move(executor), clock, std::move(tls), std::move(egress))) {}
HttpClient::~HttpClient() = default;

asio::awaitable<Result<Response>> HttpClient::send(Request request) {
    Step step;
    auto work = state_->run(request, step);
    auto response =
        co_await within<Result<Response>>(state_->clock.real(request.timeout), std::move(work));
    if (!response) co_return timeout_error(step, request.timeout);
    co_return std::move(*response);
}

} // namespace keepwatch::net
