#include "net/http_session.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "net/deadline.h"
#include "net/http_reading.h"
#include "net/http_writing.h"

namespace keepwatch::net {
namespace {

constexpr std::size_t kReadBytes = 16 << 10;
constexpr std::size_t kDrainBytesMax = 4 << 20;
constexpr std::chrono::seconds kDrainTime{1};

struct Incoming {
    IncomingRequest request;
    bool keep_alive = false;
};

std::chrono::milliseconds real(Duration d) {
    return std::chrono::milliseconds(d.ms);
}

Incoming take_apart(RequestHead head) {
    Incoming incoming;
    incoming.keep_alive = head.keep_alive;
    auto& request = incoming.request;
    const auto question = std::min(head.target.find('?'), head.target.size());
    request.path = decode_percent(std::string_view(head.target).substr(0, question));
    const auto query = std::min(question + 1, head.target.size());
    request.query = decode_form(std::string_view(head.target).substr(query));
    request.method = std::move(head.method);
    request.headers = std::move(head.headers);
    return incoming;
}

asio::awaitable<Result<Incoming>> read_request(Connection& connection, PageBuffer& buffer,
                                               std::size_t body_bytes_max) {
    KW_CO_TRY(const auto length, co_await read_head(connection, buffer));
    auto head = parse_request_head(buffer.view().substr(0, length));
    buffer.drop_front(length);
    if (!head) co_return Error{ErrorKind::InvalidInput, head.error().message};
    if (!head->target.starts_with('/'))
        co_return Error{ErrorKind::InvalidInput, "the target must be a path"};
    const auto framing = head->framing;
    auto incoming = take_apart(std::move(*head));
    if (equals_ignoring_case(incoming.request.headers.get("Expect"), "100-continue")) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        if (auto sent = co_await connection.write(go_on); !sent) co_return std::move(sent).error();
    }
    KW_CO_TRY(const auto body, co_await read_body(connection, framing, buffer, body_bytes_max));
    incoming.request.body = std::string(buffer.view().substr(0, body));
    buffer.drop_front(body);
    co_return incoming;
}

// What to answer to a request that could not be read, if its sender is still there.
std::optional<Response> complaint(const std::optional<Result<Incoming>>& outcome) {
    if (!outcome) return Response(408, "text/plain", "the request did not end in time\n");
    const auto& error = outcome->error();
    const bool head_too_large = error.message.starts_with("read: the head");
    if (error.kind == ErrorKind::InvalidInput)
        return Response(400, "text/plain", error.message + "\n");
    if (error.kind == ErrorKind::LimitExceeded)
        return Response(head_too_large ? 431 : 413, "text/plain", error.message + "\n");
    if (error.message == "read: the chunked body is malformed")
        return Response(400, "text/plain", error.message + "\n");
    return std::nullopt;
}

asio::awaitable<Response> handle(const HttpServer::PatientHandler& handler,
                                 IncomingRequest request) {
    std::string what;
    try { // The handler is somebody else's; a server must outlive its mistakes.
        auto response = co_await handler(std::move(request));
        co_return response;
    } catch (const std::exception& error) {
        what = error.what();
    }
    co_return Response(500, "text/plain", fmt::format("internal error: {}\n", what));
}

// One client and what it has sent.
class Session {
public:
    Session(Connection connection, bool from_loopback, const HttpServer::PatientHandler& handler,
            const ServerLimits& limits)
        : connection_(std::move(connection)), from_loopback_(from_loopback), handler_(handler),
          limits_(limits), buffer_(limits.body_bytes_max + kHeadBytesMax) {}

    asio::awaitable<void> run() {
        for (;;) {
            const bool here = co_await wait_for_request();
            if (!here) co_return;
            auto reading = read_request(connection_, buffer_, limits_.body_bytes_max);
            auto outcome =
                co_await within<Result<Incoming>>(real(limits_.request_max), std::move(reading));
            if (!outcome || !*outcome) {
                co_await refuse(complaint(outcome));
                co_return;
            }
            const bool again = co_await answer(std::move(**outcome));
            if (!again) co_return;
        }
    }

private:
    // Whether something came before the client had been idle for too long.
    asio::awaitable<bool> wait_for_request() {
        if (buffer_.size() > 0) co_return true; // Sent ahead of the last answer.
        buffer_.clear();
        auto reading = read_more(connection_, buffer_, kReadBytes);
        const auto outcome =
            co_await within<Result<std::size_t>>(real(limits_.idle_max), std::move(reading));
        co_return outcome && *outcome && **outcome > 0;
    }

    asio::awaitable<bool> answer(Incoming incoming) {
        auto& request = incoming.request;
        request.from_loopback = from_loopback_;
        const bool head_only = request.method == "HEAD";
        if (head_only) request.method = "GET";
        const auto response = co_await handle(handler_, std::move(request));
        const bool sent = co_await send(response, incoming.keep_alive, head_only);
        co_return sent&& incoming.keep_alive;
    }

    asio::awaitable<bool> send(const Response& response, bool keep_alive, bool head_only) {
        auto bytes = response_head(response, keep_alive);
        if (!head_only) bytes += response.body;
        auto writing = connection_.write(bytes);
        const auto written =
            co_await within<Result<void>>(real(limits_.response_max), std::move(writing));
        co_return written && *written;
    }

    // Says why, and then reads on for a moment: closing a connection with unread bytes would make
    // the kernel throw the answer away.
    asio::awaitable<void> refuse(std::optional<Response> response) {
        if (!response) co_return;
        const bool sent = co_await send(*response, false, false);
        if (!sent) co_return;
        connection_.finish_writing();
        auto draining = drain();
        co_await within<Result<void>>(kDrainTime, std::move(draining));
    }

    asio::awaitable<Result<void>> drain() {
        std::size_t drained = 0;
        while (drained < kDrainBytesMax) {
            buffer_.drop_to(0);
            KW_CO_TRY(const auto bytes, co_await read_more(connection_, buffer_, kReadBytes));
            if (bytes == 0) break;
            drained += bytes;
        }
        co_return Result<void>();
    }

    Connection connection_;
    bool from_loopback_;
    const HttpServer::PatientHandler& handler_;
    const ServerLimits& limits_;
    PageBuffer buffer_;
};

} // namespace

asio::awaitable<void> serve_client(Connection connection, bool from_loopback,
                                   const HttpServer::PatientHandler& handler,
                                   const ServerLimits& limits) {
    Session session(std::move(connection), from_loopback, handler, limits);
    co_await session.run();
}

} // namespace keepwatch::net
