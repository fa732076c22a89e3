#pragma once

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <prometheus/registry.h>

#include "instant_backend.h"
#include "serve/handlers/handlers.h"

namespace keepwatch::serve {

// All routes over an InstantBackend, without a socket.
struct ApiPlay {
    using Query = std::vector<std::pair<std::string, std::string>>;

    InstantBackend backend;
    prometheus::Registry registry;
    Metrics metrics{registry, "0.1.0"};
    Parts parts{backend, metrics, registry, {"0.1.0", "abc"}, {}, true};
    Routes routes = standard_routes(parts);

    net::Response ask(net::IncomingRequest request) const {
        return routes.answer(std::move(request));
    }

    // The body, behind the status if it is not 200.
    std::string get(const std::string& path, Query query = {}) const {
        net::IncomingRequest request;
        request.method = "GET";
        request.path = path;
        request.query = std::move(query);
        const auto response = ask(std::move(request));
        return response.status == 200 ? response.body
                                      : fmt::format("{} {}", response.status, response.body);
    }
    // What stands at "data" of an answer, or the whole of one that is no success.
    std::string data(const std::string& path, Query query = {}) const {
        constexpr std::string_view kBefore = R"({"status":"success","data":)";
        const auto body = get(path, std::move(query));
        if (!body.starts_with(kBefore)) return body;
        return body.substr(kBefore.size(), body.size() - kBefore.size() - 1);
    }
};

// How an error reads.
inline std::string error(unsigned status, std::string_view type, std::string_view message) {
    return fmt::format(R"({} {{"status":"error","errorType":"{}","error":"{}"}})", status, type,
                       message);
}

} // namespace keepwatch::serve
