#include "collect/collector.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "support/collecting.h"
#include "support/gzip.h"
#include "support/scripted_server.h"

using namespace keepwatch;
using testing::Collecting;
using testing::Peer;
using testing::ScriptedServer;

namespace {

// What one scrape of a server gives that does this to each client, or `N scrapes` if not one.
std::string scraped(ScriptedServer::Script script, double clock_factor = 1,
                    Duration timeout = seconds(50)) {
    const ScriptedServer server(std::move(script));
    Collecting collecting(clock_factor);
    auto target = Collecting::target(server.url("/metrics"));
    target.timeout = timeout;
    target.page_bytes_max = 1 << 20;
    collecting.start(std::move(target));
    collecting.wait_for_scrapes(1);
    if (collecting.scrapes.size() != 1) return fmt::format("{} scrapes", collecting.scrapes.size());
    return collecting.scrapes[0];
}

ScriptedServer::Script answer(std::string bytes) {
    return [bytes = std::move(bytes)](Peer& peer) {
        while (!peer.read_head().empty())
            if (!peer.send(bytes)) return;
    };
}

ScriptedServer::Script answer_and_close(std::string bytes) {
    return [bytes = std::move(bytes)](Peer& peer) {
        if (!peer.read_head().empty()) peer.send(bytes);
    };
}

ScriptedServer::Script answer_without_end(std::string head, std::string piece, int pause_ms = 0) {
    return [head = std::move(head), piece = std::move(piece), pause_ms](Peer& peer) {
        peer.read_head();
        if (!peer.send(head)) return;
        while (peer.send(piece))
            if (pause_ms > 0) peer.dawdle(pause_ms);
    };
}

std::string page(std::string_view body, std::string_view fields = "") {
    return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", fields, body.size(),
                       body);
}

} // namespace

TEST_CASE("collect::Collector: whatever a server answers is one page or one failure") {
    CHECK(scraped(answer(page("up 1\n"))) == "text: up 1\n");
    CHECK(
        scraped(answer(page("up 1\n# EOF\n", "Content-Type: application/openmetrics-text\r\n"))) ==
        "openmetrics: up 1\n# EOF\n");
    // Whether it is an exposition at all is for the reader to say.
    CHECK(scraped(answer(page("<html>Log in</html>", "Content-Type: text/html\r\n"))) ==
          "text: <html>Log in</html>");
    CHECK(scraped(answer(page(testing::gzip("up 1\n"), "Content-Encoding: gzip\r\n"))) ==
          "text: up 1\n");
    CHECK(scraped(answer(page("nonsense", "Content-Encoding: gzip\r\n"))) ==
          "failed: gzip: incorrect header check");
    CHECK(scraped(answer_and_close("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\nup 1\n")) ==
          "failed: read: cut short after 5 of 2000 bytes");
    CHECK(scraped(answer_and_close("")) == "failed: read: closed before any answer came");
    CHECK(scraped(answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) ==
          "failed: HTTP 503 Service Unavailable");
    CHECK(scraped(answer("SSH-2.0-OpenSSH_9.2\r\n")) == "failed: read: the answer is not HTTP");
}

TEST_CASE("collect::Collector: a stream without end stops at the largest size of a page") {
    const std::string piece(65536, 'x');
    const auto too_large = "failed: read: the body is larger than 1048576 bytes";
    CHECK(scraped(answer_without_end("HTTP/1.1 200 OK\r\n\r\n", piece)) == too_large);
    CHECK(scraped(answer_without_end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                     "10000\r\n" + piece + "\r\n")) == too_large);
    CHECK(scraped(answer(
              page(testing::gzip(std::string(10 << 20, 'x')), "Content-Encoding: gzip\r\n"))) ==
          "failed: gzip: the body is larger than 1048576 bytes");
}

TEST_CASE("collect::Collector: a server that is silent or slow costs its timeout and no more") {
    const auto f = [](ScriptedServer::Script script) {
        return scraped(std::move(script), 100, minutes(1));
    };
    const auto too_late = "failed: read: timeout after 1m";
    CHECK(f([](Peer& peer) { peer.wait_until_it_leaves(); }) == too_late);
    CHECK(f(answer_without_end("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "x", 1)) ==
          too_late);
    CHECK(f(answer_without_end("HTTP/1.1 200 OK\r\n", "x", 1)) == too_late);
}

TEST_CASE("collect::Collector: a refused connection is a failure with its reason") {
    Collecting collecting(1);
    collecting.start(
        Collecting::target(fmt::format("http://127.0.0.1:{}/metrics", testing::unused_port())));
    CHECK(collecting.wait_for_scrapes(1));
    CHECK(collecting.scrapes == std::vector<std::string>{"failed: connect: Connection refused"});
}

TEST_CASE("collect::Collector: a target that hangs delays nobody else") {
    const ScriptedServer silent([](Peer& peer) { peer.wait_until_it_leaves(); });
    const ScriptedServer quick(answer(page("up 1\n")));
    Collecting collecting(1);
    collecting.collector.start({Collecting::target(silent.url()), Collecting::target(quick.url())});
    CHECK(collecting.wait_for_scrapes(1));
    CHECK(collecting.scrapes == std::vector<std::string>{"text: up 1\n"});
}

TEST_CASE("collect::Collector: asks again on the target's grid, over the same connection") {
    const ScriptedServer server(answer(page("up 1\n")));
    Collecting collecting(100);
    auto target = Collecting::target(server.url());
    target.interval = seconds(10);
    target.timeout = seconds(10);
    collecting.start(std::move(target));
    REQUIRE(collecting.wait_for_scrapes(3));
    CHECK(server.connections() == 1);
    CHECK(collecting.scheduled[1] > collecting.scheduled[0]);
    const auto grid = collecting.scheduled[2] - collecting.scheduled[1];
    CHECK(grid.ms > 0);
    CHECK(grid.ms % seconds(10).ms == 0);
}

TEST_CASE("collect::Collector: the scheme decides how a target is asked, the kind is a label") {
    const ScriptedServer server(answer(page("node_load1 1\n")));
    Collecting collecting(1);
    auto target = Collecting::target(server.url());
    target.kind = config::TargetKind::Host;
    collecting.start(std::move(target));
    CHECK(collecting.wait_for_scrapes(1));
    CHECK(collecting.scrapes == std::vector<std::string>{"text: node_load1 1\n"});
}

TEST_CASE("collect::Collector: delivers nothing after stop, and can be started again") {
    const ScriptedServer server([](Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        peer.wait_until_it_leaves();
    });
    Collecting collecting(1);
    collecting.start(Collecting::target(server.url()));
    CHECK(testing::run_until(collecting.io, [&] { return server.connections() == 1; }));
    collecting.collector.stop();
    CHECK(testing::run_until(collecting.io, [&] { return collecting.collector.idle(); }));
    CHECK(collecting.scrapes.empty());

    const ScriptedServer quick(answer(page("up 1\n")));
    collecting.start(Collecting::target(quick.url()));
    CHECK(collecting.wait_for_scrapes(1));
    CHECK(collecting.scrapes == std::vector<std::string>{"text: up 1\n"});
}
