#include "net/http_server.h"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "net/connector.h"
#include "support/run_coroutine.h"
#include "support/scripted_server.h"

using namespace keepwatch;

namespace {

net::ServerLimits limits() {
    net::ServerLimits small;
    small.body_bytes_max = 100;
    small.connections_max = 3;
    return small;
}

struct Fixture {
    boost::asio::io_context io{1};
    net::Connector connector{io.get_executor()};
    std::vector<net::IncomingRequest> seen;
    net::HttpServer server{io.get_executor(), [this](const auto& r) { return answer(r); },
                           limits()};
    std::uint16_t port = server.listen("127.0.0.1:0").value();

    ~Fixture() {
        server.stop();
        CHECK(testing::run_until(io, [this] { return server.idle(); }));
    }
    net::Response answer(const net::IncomingRequest& request) {
        seen.push_back(request);
        if (request.path == "/throw") throw std::runtime_error("oops");
        return net::Response(200, "text/plain", request.method + " " + request.path + "\n");
    }
    net::Connection connect(std::uint16_t to) {
        net::Step step;
        const auto url = parse_url(fmt::format("http://127.0.0.1:{}", to)).value();
        auto connection = testing::run_coroutine(io, connector.connect(url, step));
        return std::move(connection).value();
    }
    // All that comes until the server closes.
    static boost::asio::awaitable<std::string> talk(net::Connection& connection,
                                                    std::string bytes) {
        // A server that refuses may stop reading, and still says why.
        [[maybe_unused]] const auto sent = co_await connection.write(bytes);
        std::string all;
        std::array<char, 4096> buffer{};
        for (;;) {
            const auto count = co_await connection.read_some(buffer);
            if (!count || *count == 0) co_return all;
            all.append(buffer.data(), *count);
        }
    }
    std::string say(std::string bytes) {
        auto connection = connect(port);
        return testing::run_coroutine(io, talk(connection, std::move(bytes)));
    }
    // The first line of the answer.
    std::string status(std::string bytes) {
        const auto all = say(std::move(bytes));
        return all.substr(0, all.find('\r'));
    }
};

constexpr std::string_view kClose = "Connection: close\r\n\r\n";

std::string get(std::string_view target) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n{}", target, kClose);
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "net::HttpServer: hands on method, path, query, headers and body") {
    CHECK(say("POST /a%20b?q=x+y&q=%7B&r HTTP/1.1\r\nHost: h\r\nX-Token: 7\r\nContent-Length: 4\r\n"
              "Connection: close\r\n\r\nbody") ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n"
          "Connection: close\r\n\r\nPOST /a b\n");
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].param("q") == "x y");
    CHECK(seen[0].params("q") == std::vector<std::string_view>{"x y", "{"});
    CHECK(seen[0].param("r").empty());
    CHECK(seen[0].param("s").empty());
    CHECK(seen[0].headers.get("x-token") == "7");
    CHECK(seen[0].body == "body");
    CHECK(seen[0].from_loopback);
}

TEST_CASE_FIXTURE(Fixture,
                  "net::HttpServer: answers several requests over one connection, also at once") {
    const auto all = say("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
                         get("/3"));
    REQUIRE(seen.size() == 3);
    CHECK(seen[1].body == "abc");
    CHECK(all.find("GET /1\n") < all.find("POST /2\n"));
    CHECK(all.ends_with("GET /3\n"));
}

TEST_CASE_FIXTURE(Fixture, "net::HttpServer: HEAD is GET without the body") {
    const auto all = say(fmt::format("HEAD /x HTTP/1.1\r\nHost: h\r\n{}", kClose));
    CHECK(seen.at(0).method == "GET");
    CHECK(all.ends_with("Content-Length: 7\r\nConnection: close\r\n\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "net::HttpServer: HTTP/1.0 is answered and closed") {
    CHECK(status("GET / HTTP/1.0\r\n\r\n") == "HTTP/1.1 200 OK");
}

TEST_CASE_FIXTURE(Fixture, "net::HttpServer: tells a client that waits to go on") {
    const auto all =
        say("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n"
            "Connection: close\r\n\r\nx");
    CHECK(all.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "net::HttpServer: refuses what it cannot read, and says why") {
    CHECK(status("nonsense\r\n\r\n") == "HTTP/1.1 400 Bad Request");
    CHECK(status("GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n") == "HTTP/1.1 400 Bad Request");
    CHECK(status("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n") ==
          "HTTP/1.1 400 Bad Request");
    CHECK(status("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n") ==
          "HTTP/1.1 400 Bad Request");
    CHECK(status("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx") ==
          "HTTP/1.1 400 Bad Request");
    CHECK(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n" +
                 std::string(101, 'x')) == "HTTP/1.1 413 Content Too Large");
    CHECK(status("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n") ==
          "HTTP/1.1 431 Request Header Fields Too Large");
    CHECK(seen.empty());
}

TEST_CASE_FIXTURE(Fixture, "net::HttpServer: outlives an exception of the handler") {
    CHECK(say(get("/throw")).ends_with("internal error: oops\n"));
    CHECK(status(get("/throw")) == "HTTP/1.1 500 Internal Server Error");
    CHECK(status(get("/")) == "HTTP/1.1 200 OK");
}

TEST_CASE_FIXTURE(Fixture,
                  "net::HttpServer: closes a client too many at once, and serves again later") {
    {
        const auto first = connect(port);
        const auto second = connect(port);
        const auto third = connect(port);
        auto fourth = connect(port);
        CHECK(testing::run_coroutine(io, talk(fourth, get("/"))).empty());
    }
    std::string last;
    for (int tries = 0; last.empty() && tries < 1000; ++tries) last = status(get("/"));
    CHECK(last == "HTTP/1.1 200 OK");
}

TEST_CASE("net::HttpServer: does not wait for clients that are slow or silent") {
    boost::asio::io_context io{1};
    net::ServerLimits quick;
    quick.request_max = milliseconds(40);
    quick.idle_max = milliseconds(40);
    quick.response_max = milliseconds(40);
    const auto big = [](const auto&) {
        return net::Response(200, "x/y", std::string(64 << 20, 'x'));
    };
    net::HttpServer server(io.get_executor(), big, quick);
    const auto port = server.listen("127.0.0.1:0").value();
    net::Connector connector(io.get_executor());
    net::Step step;
    const auto url = parse_url(fmt::format("http://127.0.0.1:{}", port)).value();
    auto connection = testing::run_coroutine(io, connector.connect(url, step)).value();
    SUBCASE("that says nothing") {
        CHECK(testing::run_coroutine(io, Fixture::talk(connection, "")).empty());
    }
    SUBCASE("that says half a request") {
        const auto all = testing::run_coroutine(io, Fixture::talk(connection, "GET / HT"));
        CHECK(all.starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    }
    SUBCASE("that does not take the answer") {
        const std::string request = get("/");
        REQUIRE(testing::run_coroutine(io, connection.write(request)));
        std::array<char, 1> byte{};
        REQUIRE(testing::run_coroutine(io, connection.read_some(byte)));
    }
    server.stop();
    CHECK(testing::run_until(io, [&] { return server.idle(); }));
}

TEST_CASE_FIXTURE(Fixture, "net::HttpServer: says why it cannot listen") {
    const auto listen = [this](const std::string& address) {
        const auto opened = server.listen(address);
        return opened ? std::string("listening") : opened.error().message;
    };
    CHECK(listen("localhost:0") == "listening");
    CHECK(listen("[::1]:0") == "listening");
    CHECK(listen(fmt::format("127.0.0.1:{}", port)) ==
          fmt::format("listen on 127.0.0.1:{}: Address already in use", port));
    for (const std::string text :
         {"", "9797", "127.0.0.1", "h:1", ":1", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:"})
        CHECK(listen(text) ==
              "listen address must be HOST:PORT such as 127.0.0.1:9797, not \"" + text + "\"");
}
