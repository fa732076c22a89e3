#include "net/egress.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/http_client.h"
#include "support/run_coroutine.h"
#include "support/scripted_server.h"

using namespace keepwatch;
using namespace keepwatch::net;
using testing::Peer;
using testing::ScriptedServer;

namespace {

bool refused(const char* address) {
    return is_link_local(asio::ip::make_address(address));
}

std::string get(const std::string& url, Egress egress) {
    asio::io_context io{1};
    const RealClock clock;
    HttpClient client(io.get_executor(), clock, {}, std::move(egress));
    Request request("GET", *parse_url(url));
    const auto response = testing::run_coroutine(io, client.send(std::move(request)));
    return response ? response->body : "error: " + response.error().message;
}

Egress by(const ScriptedServer& proxy) {
    Egress egress;
    egress.proxy = *parse_url(fmt::format("http://127.0.0.1:{}", proxy.port()));
    return egress;
}

} // namespace

TEST_CASE("net::is_link_local: neighbours and metadata, however they are written") {
    for (const auto* const address : {"169.254.169.254", "169.254.0.1", "fe80::1", "febf::1",
                                      "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200"})
        CHECK_MESSAGE(refused(address), address);
    for (const auto* const address :
         {"127.0.0.1", "10.0.0.1", "169.253.0.1", "::1", "fec0::1", "::ffff:10.0.0.1", "fd00::1"})
        CHECK_MESSAGE(!refused(address), address);
}

TEST_CASE("net::goes_by_proxy: what no_proxy names, and all below it, goes straight") {
    Egress egress;
    const auto goes = [&](std::string_view url) { return goes_by_proxy(egress, *parse_url(url)); };
    CHECK_FALSE(goes("https://a.example/"));
    egress.proxy = *parse_url("http://proxy:3128");
    egress.no_proxy = {"corp.example", ".inner", "10.0.0.9"};
    CHECK(goes("https://a.example/"));
    CHECK(goes("https://notcorp.example/"));
    CHECK_FALSE(goes("https://corp.example/"));
    CHECK_FALSE(goes("https://x.corp.example/"));
    CHECK_FALSE(goes("https://x.inner/"));
    CHECK_FALSE(goes("http://10.0.0.9/"));
    CHECK_FALSE(goes("http://127.0.0.1/"));
    CHECK_FALSE(goes("http://localhost/"));
    egress.no_proxy = {"*"};
    CHECK_FALSE(goes("https://a.example/"));
}

TEST_CASE("net::HttpClient: link-local addresses are refused where that is asked for") {
    Egress egress;
    egress.refuse_link_local = true;
    CHECK(get("http://169.254.169.254/latest", egress) ==
          "error: resolve: only link-local or metadata addresses, which egress.allow_link_local = "
          "true would permit");
    CHECK(get("http://[fe80::1]/", egress).starts_with("error: resolve: only link-local"));
    egress.proxy = *parse_url("http://127.0.0.1:1");
    CHECK(get("http://169.254.169.254/", egress).starts_with("error: resolve: only link-local"));
}

TEST_CASE("net::HttpClient: a proxy opens a tunnel, and the request goes through it") {
    std::string asked;
    const ScriptedServer proxy([&](Peer& peer) {
        asked = peer.read_head();
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
        asked += peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    });
    CHECK(get("http://nowhere.invalid/page", by(proxy)) == "hi");
    CHECK(asked.starts_with("CONNECT nowhere.invalid:80 HTTP/1.1\r\nHost: nowhere.invalid:80\r\n"));
    CHECK(asked.find("GET /page HTTP/1.1\r\nHost: nowhere.invalid\r\n") != std::string::npos);
}

TEST_CASE("net::HttpClient: what a proxy says no to is its own error") {
    const ScriptedServer proxy([](Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    CHECK(get("https://nowhere.invalid/", by(proxy)) ==
          "error: proxy: it opens no tunnel: HTTP/1.1 403 Forbidden");
}
