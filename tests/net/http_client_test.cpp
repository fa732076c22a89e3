#include "net/http_client.h"

#include <doctest/doctest.h>

#include <optional>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

#include "net/task_group.h"
#include "support/run_coroutine.h"
#include "support/scripted_server.h"

using namespace keepwatch;
using testing::Peer;
using testing::ScriptedServer;

namespace {

struct Fixture {
    boost::asio::io_context io{1};
    net::RealClock clock;
    net::HttpClient client{io.get_executor(), clock};

    net::Request request(const std::string& method, const ScriptedServer& server) const {
        return {method, parse_url(server.url("/hook?x=1")).value()};
    }
    std::string send(net::Request request) {
        const auto response = testing::run_coroutine(io, client.send(std::move(request)));
        if (!response) return "error: " + response.error().message;
        return fmt::format("{} {}", response->status, response->body);
    }
};

// Answers with the head and body that came.
void echo(Peer& peer) {
    for (;;) {
        const auto head = peer.read_head();
        if (head.empty()) return;
        const auto at = head.find("Content-Length: ");
        const auto length = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
        const auto reply = head + peer.read_bytes(length);
        peer.send(fmt::format("HTTP/1.1 202 Accepted\r\nContent-Length: {}\r\n\r\n{}", reply.size(),
                              reply));
    }
}

} // namespace

TEST_CASE_FIXTURE(Fixture,
                  "net::HttpClient: sends what it is told, over a connection that it keeps") {
    const ScriptedServer server(echo);
    auto post = request("POST", server);
    post.headers.add("Content-Type", "application/json");
    post.headers.add("X-Broken", "a\r\nEvil: b");
    post.body = "{}";
    const auto answer = send(post);
    CHECK(answer.starts_with("202 POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
    CHECK(answer.find("\r\nContent-Type: application/json\r\nX-Broken: a  Evil: b\r\n"
                      "Content-Length: 2\r\n\r\n{}") != std::string::npos);
    CHECK(send(request("GET", server)).starts_with("202 GET /hook?x=1 HTTP/1.1\r\n"));
    CHECK(server.connections() == 1);
}

TEST_CASE_FIXTURE(Fixture, "net::HttpClient: a status and headers are an answer and no error") {
    const ScriptedServer server([](Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 429 Slow down\r\nretry-after: 7\r\nContent-Length: 4\r\n\r\nwait");
    });
    const auto response = testing::run_coroutine(io, client.send(request("GET", server)));
    REQUIRE(response);
    CHECK(response->status == 429);
    CHECK(response->headers.get("Retry-After") == "7");
    CHECK(response->body == "wait");
}

TEST_CASE_FIXTURE(Fixture,
                  "net::HttpClient: an answer to HEAD and one with status 204 have no body") {
    const ScriptedServer server([](Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        peer.read_head();
        peer.send("HTTP/1.1 204 No Content\r\n\r\n");
        peer.wait_until_it_leaves();
    });
    CHECK(send(request("HEAD", server)) == "200 ");
    CHECK(send(request("GET", server)) == "204 ");
    CHECK(server.connections() == 1);
}

TEST_CASE_FIXTURE(Fixture, "net::HttpClient: sends once more when a kept connection was closed") {
    const ScriptedServer server([](Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        peer.read_head();
        peer.reset_on_close();
    });
    for (int i = 0; i < 3; ++i) CHECK(send(request("GET", server)) == "200 ");
    CHECK(server.connections() == 3);
}

TEST_CASE_FIXTURE(Fixture, "net::HttpClient: does not send again over a new connection") {
    const ScriptedServer server([](Peer& peer) { peer.read_head(); });
    CHECK(send(request("GET", server)) == "error: read: closed before any answer came");
    CHECK(server.connections() == 1);
}

TEST_CASE_FIXTURE(Fixture, "net::HttpClient: bounds the time and the size of an answer") {
    const ScriptedServer silent([](Peer& peer) { peer.wait_until_it_leaves(); });
    auto patient = request("GET", silent);
    patient.timeout = milliseconds(60);
    CHECK(send(patient) == "error: read: timeout after 60ms");

    const ScriptedServer generous([](Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    });
    auto small = request("GET", generous);
    small.response_bytes_max = 999;
    CHECK(send(small) == "error: read: the body is larger than 999 bytes");
}

TEST_CASE_FIXTURE(Fixture, "net::HttpClient: many requests at once leave few idle connections") {
    using boost::asio::experimental::awaitable_operators::operator&&;
    const ScriptedServer server(echo);
    for (int round = 0; round < 3; ++round) {
        auto all = client.send(request("GET", server)) && client.send(request("GET", server)) &&
                   client.send(request("GET", server));
        const auto [a, b, c] = testing::run_coroutine(io, std::move(all));
        REQUIRE((a.has_value() && b.has_value() && c.has_value()));
        CHECK(a->status == 202);
    }
    CHECK(server.connections() == 3 + 1 + 1); // Two are kept, and one more is made each round.
}

TEST_CASE_FIXTURE(Fixture, "net::HttpClient: a request can be stopped while the server hangs") {
    const ScriptedServer silent([](Peer& peer) { peer.wait_until_it_leaves(); });
    auto patient = request("GET", silent);
    patient.timeout = hours(1);
    net::TaskGroup tasks(io.get_executor());
    std::optional<ErrorKind> outcome;
    const auto ask = [](Fixture& self, net::Request with,
                        std::optional<ErrorKind>& into) -> boost::asio::awaitable<void> {
        const auto response = co_await self.client.send(std::move(with));
        REQUIRE_FALSE(response);
        into = response.error().kind;
    };
    tasks.spawn("ask", ask(*this, patient, outcome));
    CHECK(testing::run_until(io, [&] { return silent.connections() == 1; }));
    CHECK_FALSE(outcome);
    tasks.stop();
    CHECK(testing::run_until(io, [&] { return tasks.empty(); }));
    CHECK(outcome == ErrorKind::Cancelled);
}
