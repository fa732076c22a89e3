#include "serve/routes.h"

#include <utility>

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

net::Response not_found(const net::IncomingRequest& request) {
    constexpr std::string_view kApi = "/api/";
    if (request.path.starts_with(kApi)) return failure(404, "not_found", "no such path");
    return {404, "text/plain; charset=utf-8", "404 page not found\n"};
}

net::Response method_not_allowed(const std::string& allowed) {
    net::Response response(405, "text/plain; charset=utf-8", "405 method not allowed\n");
    response.headers.add("Allow", allowed);
    return response;
}

} // namespace

void Routes::add(std::string method, std::string path, Handler handler) {
    routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

net::Response Routes::answer(const net::IncomingRequest& request) const {
    const auto method = request.method == "HEAD" ? std::string("GET") : request.method;
    std::string allowed;
    for (const auto& route : routes_) {
        if (!fits(route.path, request.path)) continue;
        if (route.method == method) return route.handler(request);
        allowed += (allowed.empty() ? "" : ", ") + route.method;
    }
    return allowed.empty() ? not_found(request) : method_not_allowed(allowed);
}

} // namespace keepwatch::serve
