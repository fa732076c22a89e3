#include "serve/routes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace keepwatch;
using serve::Routes;

namespace {

serve::Handler says(std::string text) {
    return [text = std::move(text)](const net::IncomingRequest&) -> net::Response {
        return {200, "text/plain", text};
    };
}

Routes sample() {
    Routes routes;
    routes.get("/a", says("a"));
    routes.get("/api/v1/label/*/values", says("values"));
    routes.get("/both", says("got"));
    routes.add("POST", "/both", says("posted"));
    routes.add("POST", "/-/reload", says("reloaded"));
    return routes;
}

std::string answer(const std::string& method, const std::string& path) {
    net::IncomingRequest request;
    request.method = method;
    request.path = path;
    auto response = sample().answer(request);
    auto body = response.body;
    if (body.ends_with('\n')) body.pop_back();
    const auto allow = response.headers.get("Allow");
    return fmt::format("{} {}{}{}", response.status, body, allow.empty() ? "" : " allow ", allow);
}

} // namespace

TEST_CASE("serve::Routes: a path and its method find their handler") {
    CHECK(answer("GET", "/a") == "200 a");
    CHECK(answer("HEAD", "/a") == "200 a");
    CHECK(answer("GET", "/both") == "200 got");
    CHECK(answer("POST", "/both") == "200 posted");
}

TEST_CASE("serve::Routes: a star stands for one segment that is not empty") {
    CHECK(answer("GET", "/api/v1/label/job/values") == "200 values");
    CHECK(answer("GET", "/api/v1/label//values").starts_with("404"));
    CHECK(answer("GET", "/api/v1/label/a/b/values").starts_with("404"));
    CHECK(answer("GET", "/api/v1/label/values").starts_with("404"));
}

TEST_CASE("serve::Routes: a path that nobody has is 404") {
    for (const auto* path :
         {"", "/", "/a/", "/a/b", "/A", "/ab", "a", "/both/*", "/api/v1/nothing"}) {
        CAPTURE(path);
        CHECK(answer("GET", path) == "404 404 page not found");
    }
}

TEST_CASE("serve::Routes: another method is 405 and is told which there are") {
    CHECK(answer("POST", "/a") == "405 Method Not Allowed allow GET");
    CHECK(answer("DELETE", "/both") == "405 Method Not Allowed allow GET, POST");
    CHECK(answer("HEAD", "/-/reload") == "405 Method Not Allowed allow POST");
    CHECK(answer("", "/a").starts_with("405"));
}

TEST_CASE("serve::Routes: handlers have their place") {
    Routes routes;
    routes.form("/query", says("q"), serve::Place::QueryThread);
    net::IncomingRequest request;
    request.method = "POST";
    request.path = "/query";
    CHECK(routes.place_of(request) == serve::Place::QueryThread);
    request.method = "PUT";
    CHECK(routes.place_of(request) == serve::Place::ServeThread);
}

TEST_CASE("serve::Routes: pages of any origin may ask the API, and only that") {
    const auto headers = [](const std::string& method, const std::string& path, bool with_origin) {
        net::IncomingRequest request;
        request.method = method;
        request.path = path;
        if (with_origin) request.headers.add("Origin", "http://grafana:3000");
        const auto response = sample().answer(request);
        std::string text = fmt::format("{}", response.status);
        for (const auto& [name, value] : response.headers)
            if (name != "Content-Type") text += fmt::format(" | {}: {}", name, value);
        return text;
    };
    const std::string allowed =
        " | Access-Control-Allow-Headers: Accept, Authorization, Content-Type, Origin"
        " | Access-Control-Allow-Methods: GET, POST, OPTIONS | Access-Control-Allow-Origin: *"
        " | Access-Control-Expose-Headers: Date | Vary: Accept-Encoding";
    CHECK(headers("GET", "/api/v1/label/a/values", true) == "200 | Vary: Origin" + allowed);
    CHECK(headers("OPTIONS", "/api/v1/anything", true) == "204 | Vary: Origin" + allowed);
    CHECK(headers("GET", "/api/v1/label/a/values", false) ==
          "200 | Vary: Origin | Vary: Accept-Encoding");
    CHECK(headers("GET", "/a", true) == "200 | Vary: Accept-Encoding");
    CHECK(headers("OPTIONS", "/a", true) == "405 | Allow: GET | Vary: Accept-Encoding");
}

TEST_CASE("serve::Routes: what accepts gzip gets it") {
    net::IncomingRequest request;
    request.method = "GET";
    request.path = "/a";
    CHECK_FALSE(sample().answer(request).headers.has("Content-Encoding"));
    request.headers.add("Accept-Encoding", "deflate, gzip");
    const auto response = sample().answer(request);
    CHECK(response.headers.get("Content-Encoding") == "gzip");
    CHECK(response.body.starts_with("\x1f\x8b"));
}
