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
    const auto response = sample().answer(request);
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

TEST_CASE("serve::Routes: a path that nobody has is 404, as JSON below /api/") {
    for (const auto* path : {"", "/", "/a/", "/a/b", "/A", "/ab", "a", "/both/*"}) {
        CAPTURE(path);
        CHECK(answer("GET", path) == "404 404 page not found");
    }
    CHECK(answer("GET", "/api/v1/nothing") ==
          R"(404 {"status":"error","errorType":"not_found","error":"no such path"})");
}

TEST_CASE("serve::Routes: another method is 405 and is told which there are") {
    CHECK(answer("POST", "/a") == "405 405 method not allowed allow GET");
    CHECK(answer("DELETE", "/both") == "405 405 method not allowed allow GET, POST");
    CHECK(answer("HEAD", "/-/reload") == "405 405 method not allowed allow POST");
    CHECK(answer("", "/a").starts_with("405"));
}
