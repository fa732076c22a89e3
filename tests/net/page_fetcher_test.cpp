#include "net/page_fetcher.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "support/gzip.h"
#include "support/run_coroutine.h"
#include "support/scripted_server.h"

using namespace keepwatch;
using testing::gzip;
using testing::Peer;
using testing::ScriptedServer;

namespace {

constexpr std::size_t kPageMax = 1 << 20;

std::string with_length(std::string_view body, std::string_view fields = "") {
    return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", fields, body.size(),
                       body);
}

// Answers every request of every client with the same bytes.
ScriptedServer::Script always(std::string reply) {
    return [reply = std::move(reply)](Peer& peer) {
        while (!peer.read_head().empty())
            if (!peer.send(reply)) return;
    };
}

// Answers one request with these bytes and closes.
ScriptedServer::Script once(std::string reply) {
    return [reply = std::move(reply)](Peer& peer) {
        if (!peer.read_head().empty()) peer.send(reply);
    };
}

struct Fixture {
    boost::asio::io_context io{1};
    net::RealClock clock;
    net::Connector connector{io.get_executor()};

    // `text: BODY`, `openmetrics: BODY`, or the error.
    static std::string described(const Result<net::FetchedPage>& page) {
        if (!page) return "error: " + page.error().message;
        const bool open = page->format == PageFormat::OpenMetrics;
        return fmt::format("{}: {}", open ? "openmetrics" : "text", page->body);
    }
    std::string fetch(net::PageFetcher& fetcher) {
        return described(testing::run_coroutine(io, fetcher.fetch()));
    }
    std::string fetch(const std::string& url, Duration timeout = seconds(50)) {
        net::PageFetcher fetcher(connector, clock, parse_url(url).value(), timeout, kPageMax);
        return fetch(fetcher);
    }
    std::string fetch_from(ScriptedServer::Script script, Duration timeout = seconds(50)) {
        const ScriptedServer server(std::move(script));
        return fetch(server.url("/metrics"), timeout);
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: a page is a page however its end is marked") {
    CHECK(fetch_from(always(with_length("up 1\n"))) == "text: up 1\n");
    CHECK(fetch_from(always(with_length(""))) == "text: ");
    CHECK(fetch_from(once("HTTP/1.1 200 OK\r\n\r\nup 1\n")) == "text: up 1\n");
    CHECK(fetch_from(once("HTTP/1.0 200 OK\r\n\r\nup 1\n")) == "text: up 1\n");
    CHECK(fetch_from(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nup \r\n2\r\n"
                            "1\n\r\n0\r\n\r\n")) == "text: up 1\n");
    CHECK(fetch_from(always("HTTP/1.1 100 Continue\r\n\r\n" + with_length("up 1\n"))) ==
          "text: up 1\n");
}

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: asks for text, says who asks and for how long") {
    std::string request;
    const auto page = fetch_from([&](Peer& peer) {
        request = peer.read_head();
        peer.send(with_length(""));
    });
    CHECK(page == "text: ");
    CHECK(request.starts_with("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:"));
    CHECK(request.find("\r\nUser-Agent: keepwatch/") != std::string::npos);
    CHECK(request.find("\r\nAccept: application/openmetrics-text;version=1.0.0;") !=
          std::string::npos);
    CHECK(request.find("\r\nX-Prometheus-Scrape-Timeout-Seconds: 50\r\n") != std::string::npos);
    CHECK(request.find("Accept-Encoding") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: the format is that of the Content-Type") {
    const auto format = [&](const std::string& type) {
        return fetch_from(always(with_length("", "Content-Type: " + type + "\r\n")));
    };
    CHECK(format("text/plain; version=0.0.4; charset=utf-8") == "text: ");
    CHECK(format("application/openmetrics-text; version=1.0.0; charset=utf-8") == "openmetrics: ");
    CHECK(format("Application/OpenMetrics-Text") == "openmetrics: ");
    CHECK(format("text/html") == "text: "); // Whether it is an exposition shows in reading it.
}

TEST_CASE_FIXTURE(Fixture,
                  "net::PageFetcher: keeps its connection, and replaces one that was closed") {
    SUBCASE("the server keeps it") {
        const ScriptedServer server(always(with_length("up 1\n")));
        net::PageFetcher fetcher(connector, clock, *parse_url(server.url()), seconds(50), kPageMax);
        for (int i = 0; i < 3; ++i) CHECK(fetch(fetcher) == "text: up 1\n");
        CHECK(server.connections() == 1);
    }
    SUBCASE("the server closes it after each answer without saying so") {
        const ScriptedServer server(once(with_length("up 1\n")));
        net::PageFetcher fetcher(connector, clock, *parse_url(server.url()), seconds(50), kPageMax);
        for (int i = 0; i < 3; ++i) CHECK(fetch(fetcher) == "text: up 1\n");
        CHECK(server.connections() == 3);
    }
    SUBCASE("the server resets it when it is asked again") {
        const ScriptedServer server([](Peer& peer) {
            peer.read_head();
            peer.send(with_length("up 1\n"));
            peer.read_head();
            peer.reset_on_close();
        });
        net::PageFetcher fetcher(connector, clock, *parse_url(server.url()), seconds(50), kPageMax);
        for (int i = 0; i < 3; ++i) CHECK(fetch(fetcher) == "text: up 1\n");
        CHECK(server.connections() == 3);
    }
    SUBCASE("the server sends more than it should") {
        const ScriptedServer server(always(with_length("up 1\n") + "up 2\n"));
        net::PageFetcher fetcher(connector, clock, *parse_url(server.url()), seconds(50), kPageMax);
        for (int i = 0; i < 3; ++i) CHECK(fetch(fetcher) == "text: up 1\n");
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "net::PageFetcher: an answer that is no page is an error with its reason") {
    CHECK(fetch_from(always("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) ==
          "error: HTTP 503 Service Unavailable");
    CHECK(fetch_from(always("HTTP/1.1 418 x\r\nContent-Length: 0\r\n\r\n")) == "error: HTTP 418");
    CHECK(fetch_from(always("HTTP/1.1 204 No Content\r\n\r\n")) == "error: HTTP 204 No Content");
    CHECK(fetch_from(always("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")) ==
          "error: HTTP 302 Found; redirects are not followed");
    CHECK(fetch_from(once("")) == "error: read: closed before any answer came");
    CHECK(fetch_from(once("HTT")) == "error: read: cut short within the head");
    CHECK(fetch_from(once("HTTP/1.1 200")) == "error: read: cut short within the head");
    CHECK(fetch_from([](Peer& peer) {
              peer.send("SSH-2.0-OpenSSH_9.2\r\n");
              peer.wait_until_it_leaves();
          }) == "error: read: the answer is not HTTP");
    CHECK(fetch_from(once("HTTP/1.1 two hundred\r\n\r\n")) ==
          "error: read: not a valid HTTP/1.1 head: bad status");
    CHECK(fetch_from(
              always("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n")) ==
          "error: Content-Encoding \"br\" was not asked for");
    CHECK(fetch(fmt::format("http://127.0.0.1:{}/", testing::unused_port())) ==
          "error: connect: Connection refused");
    CHECK(fetch(fmt::format("http://localhost:{}/", testing::unused_port())) ==
          "error: connect: Connection refused");
}

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: a page that breaks off is refused whole") {
    CHECK(fetch_from(once("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\nup 1\n")) ==
          "error: read: cut short after 5 of 2000 bytes");
    CHECK(
        fetch_from(once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nup 1\n\r\n")) ==
        "error: read: cut short after 5 bytes, before the last chunk");
    CHECK(fetch_from(once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nup 1\n")) ==
          "error: read: the chunked body is malformed");
    CHECK(fetch_from(once(with_length(gzip("up 1\n").substr(0, 12),
                                      "Content-Encoding: gzip\r\n"))) == "error: gzip: cut short");
}

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: lengths that cannot be are refused") {
    const auto f = [&](const std::string& length) {
        return fetch_from(once("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\nup 1\n"));
    };
    const std::string invalid = "error: read: not a valid HTTP/1.1 head: ";
    for (const std::string length : {"-5", "five", "0x5", "99999999999999999999999"})
        CHECK_MESSAGE(f(length) == invalid + "bad Content-Length", length);
    CHECK(f("5, 6") == invalid + "multiple Content-Length");
    CHECK(f("5\r\nContent-Length: 6") == invalid + "multiple Content-Length");
}

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: gzip is taken, though it was not asked for") {
    const std::string page(700'000, 'x');
    CHECK(fetch_from(always(with_length(gzip(page), "Content-Encoding: gzip\r\n"))) ==
          "text: " + page);
    CHECK(fetch_from(always(
              with_length(gzip(std::string(100 << 20, 'x')), "Content-Encoding: gzip\r\n"))) ==
          "error: gzip: the body is larger than 1048576 bytes");
}

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: a page has a largest size, however it is sent") {
    const std::string largest(kPageMax, 'x');
    CHECK(fetch_from(always(with_length(largest))) == "text: " + largest);
    CHECK(fetch_from(once("HTTP/1.1 200 OK\r\n\r\n" + largest)) == "text: " + largest);
    const auto too_large = "error: read: the body is larger than 1048576 bytes";
    CHECK(fetch_from(once("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")) == too_large);
    const auto stream = [](const std::string& head, const std::string& piece) {
        return [head, piece](Peer& peer) { // A gigabyte, if it is let.
            peer.read_head();
            peer.send(head);
            for (std::size_t sent = 0; sent < 1 << 30; sent += piece.size())
                if (!peer.send(piece)) return;
        };
    };
    const std::string piece(65536, 'x');
    CHECK(fetch_from(stream("HTTP/1.1 200 OK\r\n\r\n", piece)) == too_large);
    CHECK(fetch_from(stream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                            "10000\r\n" + piece + "\r\n")) == too_large);
    CHECK(fetch_from(stream("HTTP/1.1 200 OK\r\n", "X: " + piece + "\r\n")) ==
          "error: read: the head is larger than 65536 bytes");
}

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: ends by the timeout, whatever the server does") {
    const auto silent = [](Peer& peer) { peer.wait_until_it_leaves(); };
    const auto drip = [](const std::string& head, const std::string& drop) {
        return [head, drop](Peer& peer) {
            peer.read_head();
            peer.send(head);
            while (peer.send(drop)) peer.dawdle(1);
        };
    };
    const auto expected = "error: read: timeout after 60ms";
    CHECK(fetch_from(silent, milliseconds(60)) == expected);
    CHECK(fetch_from(drip("", "H"), seconds(50)) == "error: read: the answer is not HTTP");
    CHECK(fetch_from(drip("HTTP/1.1 200 OK\r\n", "X"), milliseconds(60)) == expected);
    CHECK(fetch_from(drip("HTTP/1.1 200 OK\r\n\r\n", "x"), milliseconds(60)) == expected);
    CHECK(fetch_from(drip("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
                     milliseconds(60)) == expected);
    CHECK(fetch_from(drip("", "HTTP/1.1 100 Continue\r\n\r\n"), seconds(50)) ==
          "error: read: too many interim answers (1xx)");
}

TEST_CASE_FIXTURE(Fixture, "net::PageFetcher: works again after any failure, in the same memory") {
    int turn = 0; // The server's only client asks one thing at a time.
    const ScriptedServer server([&turn](Peer& peer) {
        while (!peer.read_head().empty()) {
            ++turn;
            if (turn == 1) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nup");
            if (turn == 1 || turn == 2) return;
            peer.send(with_length("up 1\n"));
        }
    });
    net::PageFetcher fetcher(connector, clock, *parse_url(server.url()), seconds(50), kPageMax);
    CHECK(fetch(fetcher) == "error: read: cut short after 2 of 9 bytes");
    CHECK(fetch(fetcher) == "error: read: closed before any answer came");
    CHECK(fetch(fetcher) == "text: up 1\n");
}
