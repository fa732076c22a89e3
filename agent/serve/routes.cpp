#include "serve/routes.h"

#include <iterator>
#include <utility>

#include "net/form.h"
#include "net/gzip.h"
#include "serve/envelope.h"

namespace keepwatch::serve {
namespace {

std::string_view take_segment(std::string_view& path) {
    const auto end = path.find('/', 1);
    const auto segment = path.substr(0, end);
    path.remove_prefix(segment.size());
    return segment;
}

bool fits(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = take_segment(pattern);
        const auto found = take_segment(path);
        const bool any = wanted == "/*" && found.size() > 1;
        if (!any && wanted != found) return false;
    }
    return pattern.empty() && path.empty();
}

bool is_api(const net::IncomingRequest& request) {
    return request.path.starts_with("/api/");
}

// Of a parameter that stands in both, the form's comes first.
void join_form(net::IncomingRequest& request) {
    constexpr std::string_view kForm = "application/x-www-form-urlencoded";
    const auto type = request.headers.get("Content-Type");
    if (!net::equals_ignoring_case(type.substr(0, type.find(';')), kForm)) return;
    auto joined = net::decode_form(request.body);
    joined.insert(joined.end(), std::move_iterator(request.query.begin()),
                  std::move_iterator(request.query.end()));
    request.query = std::move(joined);
}

// https://fetch.spec.whatwg.org/#http-cors-protocol
void allow_other_origins(const net::IncomingRequest& request, net::Response& response) {
    response.headers.add("Vary", "Origin");
    if (!request.headers.has("Origin")) return;
    response.headers.add("Access-Control-Allow-Headers",
                         "Accept, Authorization, Content-Type, Origin");
    response.headers.add("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    response.headers.add("Access-Control-Allow-Origin", "*");
    response.headers.add("Access-Control-Expose-Headers", "Date");
}

void compress(const net::IncomingRequest& request, net::Response& response) {
    response.headers.add("Vary", "Accept-Encoding");
    if (response.body.empty()) return;
    if (!net::accepts_gzip(request.headers.get("Accept-Encoding"))) return;
    auto packed = net::gzip(response.body);
    if (!packed) return; // Then as it is.
    response.body = *std::move(packed);
    response.headers.add("Content-Encoding", "gzip");
}

// These two are no envelopes in Prometheus either.
net::Response not_found() {
    return {404, "text/plain; charset=utf-8", "404 page not found\n"};
}

net::Response method_not_allowed(const std::string& allowed) {
    net::Response response(405, "text/plain; charset=utf-8", "Method Not Allowed\n");
    response.headers.add("Allow", allowed);
    return response;
}

} // namespace

void Routes::add(std::string method, std::string path, Handler handler, Place place) {
    routes_.push_back({std::move(method), std::move(path), std::move(handler), place});
}

const Routes::Route* Routes::find(const net::IncomingRequest& request) const {
    std::string_view method = request.method;
    if (method == "HEAD") method = "GET";
    for (const auto& route : routes_)
        if (route.method == method && fits(route.path, request.path)) return &route;
    return nullptr;
}

Place Routes::place_of(const net::IncomingRequest& request) const {
    const auto* route = find(request);
    return route != nullptr ? route->place : Place::ServeThread;
}

net::Response Routes::answer(net::IncomingRequest request) const {
    join_form(request);
    auto response = dispatch(request);
    if (is_api(request)) allow_other_origins(request, response);
    compress(request, response);
    return response;
}

net::Response Routes::dispatch(const net::IncomingRequest& request) const {
    if (const auto* route = find(request)) return route->handler(request);
    std::string allowed;
    for (const auto& route : routes_)
        if (fits(route.path, request.path)) allowed += (allowed.empty() ? "" : ", ") + route.method;
    if (request.method == "OPTIONS" && is_api(request)) return net::Response(204);
    return allowed.empty() ? not_found() : method_not_allowed(allowed);
}

} // namespace keepwatch::serve
