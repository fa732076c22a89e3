#include "serve/server.h"

#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <prometheus/registry.h>

#include "serve/handlers/handlers.h"
#include "serve/metrics.h"

using namespace keepwatch;
using namespace keepwatch::serve;

namespace {

// The whole answer to one request over a connection of its own.
std::string exchange(std::uint16_t port, const std::string& request_line) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket(io);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const auto request = request_line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(request));
    std::string answer;
    boost::system::error_code end;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end);
    return answer;
}

struct Fixture {
    Board board;
    prometheus::Registry registry;
    Metrics metrics{registry, "0.1.0"};

    std::unique_ptr<Server> start() {
        auto server = Server::start("127.0.0.1:0", standard_routes(board, registry, {"0.1.0", ""}));
        REQUIRE(server);
        return *std::move(server);
    }
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

TEST_CASE_FIXTURE(Fixture, "serve::Server: reads what another thread changes meanwhile") {
    // For the thread sanitizer: here the io thread and the serve thread meet.
    const auto server = start();
    std::thread io([this] {
        for (int round = 0; round < 200; ++round) {
            Snapshot snapshot;
            snapshot.not_ready = "";
            GroupView group;
            RuleView rule;
            AlertView alert;
            alert.labels = {{"round", std::to_string(round)}};
            rule.alerts = {alert};
            group.rules = {rule};
            snapshot.groups = {group};
            board.publish(std::make_shared<const Snapshot>(std::move(snapshot)));
            metrics.scrapes("t" + std::to_string(round % 7)).Increment();
        }
    });
    for (int i = 0; i < 10; ++i) {
        CHECK(exchange(server->port(), "GET /api/v1/alerts").find("success") != std::string::npos);
        CHECK(exchange(server->port(), "GET /metrics").find("keepwatch_") != std::string::npos);
    }
    io.join();
    CHECK(exchange(server->port(), "GET /api/v1/alerts").find(R"({"round":"199"})") !=
          std::string::npos);
}
