#include "model/url.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

using namespace keepwatch;

namespace {

std::string parsed(std::string_view text) {
    const auto url = parse_url(text);
    if (!url) return "error: " + url.error().message;
    return fmt::format("{} {} {} {}", url->scheme, url->host, url->port, url->target);
}

} // namespace

TEST_CASE("model::parse_url: takes a URL apart for whoever connects") {
    CHECK(parsed("http://127.0.0.1:7071/metrics") == "http 127.0.0.1 7071 /metrics");
    CHECK(parsed("http://broker-1") == "http broker-1 80 /");
    CHECK(parsed("HTTPS://Broker-1.Example.COM/a%20b?x=1&y=%22") ==
          "https broker-1.example.com 443 /a%20b?x=1&y=%22");
    CHECK(parsed("http://h?name[]=up") ==
          "error: must be a URL such as http://127.0.0.1:7071/metrics");
    CHECK(parsed("http://h?name=up") == "http h 80 /?name=up");
    CHECK(parsed("zookeeper://127.0.0.1") == "zookeeper 127.0.0.1 2181 /");
    CHECK(parsed("http://[::1]:7071/metrics") == "http ::1 7071 /metrics");
    CHECK(parsed("ftp://h/") == "ftp h 0 /");
}

TEST_CASE("model::parse_url: an error says what a URL should have, and not what was in it") {
    for (const std::string text : {"", "broker", "://", "http//x", "http://a b", "http://h/ x",
                                   "http://[::1/", "http://h/\n", "http://h/é"})
        CHECK_MESSAGE(parsed(text) == "error: must be a URL such as http://127.0.0.1:7071/metrics",
                      text);
    for (const std::string text :
         {"broker:7071", "http:/", "http:metrics", "http:///metrics", "mailto:a@b"})
        CHECK_MESSAGE(parsed(text) ==
                          "error: must be a URL with a host, such as http://127.0.0.1:7071/metrics",
                      text);
    CHECK(parsed("http://u:p@h/") == "error: must not hold a user name or a password");
    CHECK(parsed("http://u@h/") == "error: must not hold a user name or a password");
    CHECK(parsed("http://h/#top") == "error: must not have a fragment (#…)");
    for (const std::string text :
         {"http://h:0/", "http://h:65536/", "http://h:99999999999/", "http://h:port/"})
        CHECK_MESSAGE(parsed(text) == "error: must have a port from 1 to 65535", text);
    for (const std::string text : {"http://[v1.x]/", "http://a%20b/"})
        CHECK_MESSAGE(parsed(text) == "error: must have a plain host name or an IP address", text);
}

TEST_CASE("model::Url: names itself in a Host header, and shares connections by origin") {
    CHECK(parse_url("http://h:80/")->authority() == "h");
    CHECK(parse_url("http://h:7071/")->authority() == "h:7071");
    CHECK(parse_url("https://[::1]:443/")->authority() == "[::1]");
    CHECK(parse_url("https://[::1]:80/")->authority() == "[::1]:80");
    CHECK(parse_url("http://h/a")->origin() == parse_url("http://H:80/b")->origin());
    CHECK(parse_url("http://h/")->origin() != parse_url("https://h/")->origin());
}

TEST_CASE("model::Url: knows loopback by name and address") {
    CHECK(parse_url("http://localhost/")->is_loopback());
    CHECK(parse_url("http://127.9.9.9/")->is_loopback());
    CHECK(parse_url("http://[::1]/")->is_loopback());
    CHECK_FALSE(parse_url("http://10.0.0.1/")->is_loopback());
    CHECK_FALSE(parse_url("http://127.example.com/")->is_loopback());
}
