#include "serve/server.h"

#include <future>
#include <stdexcept>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include "api_play.h"

using namespace keepwatch;
using namespace keepwatch::serve;

namespace {

// The whole answer to one request over a connection of its own; "" if there is none.
std::string exchange(std::uint16_t port, const std::string& request_line) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket(io);
    boost::system::error_code end; // The server may be gone; then there is no answer.
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), port}, end);
    const auto request = request_line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    if (!end) boost::asio::write(socket, boost::asio::buffer(request), end);
    std::string answer;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end);
    return answer;
}

struct Fixture : ApiPlay {
    std::unique_ptr<Server> start(Routes with) {
        auto server = Server::start("127.0.0.1:0", std::move(with));
        REQUIRE(server);
        return *std::move(server);
    }
    std::unique_ptr<Server> start() { return start(routes); }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "serve::Server: answers over HTTP, HEAD without a body") {
    const auto server = start();
    const auto answer = exchange(server->port(), "GET /-/healthy");
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.ends_with("\r\n\r\nKeepwatch is healthy.\n"));
    const auto head = exchange(server->port(), "HEAD /-/healthy");
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(head.find("Content-Length: 22") != std::string::npos);
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK(exchange(server->port(), "GET /none").starts_with("HTTP/1.1 404 "));
    CHECK(exchange(server->port(), "POST /metrics").starts_with("HTTP/1.1 405 "));
}

TEST_CASE_FIXTURE(Fixture, "serve::Server: an address that is taken is an error that names it") {
    const auto first = start();
    const auto address = "127.0.0.1:" + std::to_string(first->port());
    const auto second = Server::start(address, Routes());
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find(address) != std::string::npos);
    CHECK_FALSE(Server::start("nonsense", Routes()));
}

TEST_CASE_FIXTURE(Fixture, "serve::Server: stops while clients are connected") {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket idle(io);
    {
        const auto server = start();
        idle.connect({boost::asio::ip::make_address("127.0.0.1"), server->port()});
        boost::asio::write(idle, boost::asio::buffer(std::string("GET /")));
    }
    std::string answer; // It may still be told that its request came to nothing.
    boost::system::error_code end;
    boost::asio::read(idle, boost::asio::dynamic_buffer(answer), end);
    CHECK_FALSE(answer.starts_with("HTTP/1.1 200"));
    CHECK(end);
}

TEST_CASE_FIXTURE(Fixture, "serve::Server: asks from other threads while it serves") {
    // For the thread sanitizer: here the threads meet.
    const auto server = start();
    std::thread io([this] {
        for (int round = 0; round < 200; ++round)
            metrics.scrapes("t" + std::to_string(round % 7)).Increment();
    });
    for (int i = 0; i < 10; ++i) {
        CHECK(exchange(server->port(), "GET /api/v1/alerts").find("success") != std::string::npos);
        CHECK(exchange(server->port(), "GET /api/v1/query?query=1").find("success") !=
              std::string::npos);
        CHECK(exchange(server->port(), "GET /metrics").find("keepwatch_") != std::string::npos);
    }
    io.join();
}

TEST_CASE_FIXTURE(Fixture, "serve::Server: is there for others while a query takes its time") {
    std::promise<void> begun;
    std::promise<void> go_on;
    routes.get(
        "/long",
        [&](const net::IncomingRequest&) -> net::Response {
            begun.set_value();
            go_on.get_future().wait();
            return {200, "text/plain", "at last"};
        },
        Place::QueryThread);
    const auto server = start(routes);
    std::string answer;
    std::thread client([&] { answer = exchange(server->port(), "GET /long"); });
    begun.get_future().wait();
    CHECK(exchange(server->port(), "GET /-/healthy").find("is healthy") != std::string::npos);
    CHECK(exchange(server->port(), "GET /api/v1/rules").find("success") != std::string::npos);
    go_on.set_value();
    client.join();
    CHECK(answer.ends_with("at last"));
}

TEST_CASE_FIXTURE(Fixture, "serve::Server: a handler that throws is answered for") {
    const auto fail = [](const net::IncomingRequest&) -> net::Response {
        throw std::runtime_error("oops");
    };
    routes.get("/here", fail);
    routes.get("/there", fail, Place::ErrandThread);
    const auto server = start(routes);
    for (const auto* path : {"GET /here", "GET /there"})
        CHECK(exchange(server->port(), path)
                  .ends_with(R"({"status":"error","errorType":"internal","error":"oops"})"));
}

TEST_CASE_FIXTURE(Fixture, "serve::Server: stops while a request waits for its turn") {
    std::promise<void> begun;
    std::promise<void> go_on;
    routes.get(
        "/long",
        [&](const net::IncomingRequest&) -> net::Response {
            begun.set_value();
            go_on.get_future().wait();
            return net::Response(200);
        },
        Place::QueryThread);
    auto server = start(routes);
    const auto port = server->port();
    std::thread first([&] { exchange(port, "GET /long"); });
    begun.get_future().wait();
    std::thread second([&] { exchange(port, "GET /api/v1/query?query=1"); });
    std::thread stopping([&] { server.reset(); });
    go_on.set_value();
    stopping.join();
    first.join();
    second.join();
}
