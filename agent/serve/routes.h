#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"
#include "net/message.h"

namespace keepwatch::serve {

// Runs on the serve thread and must not touch what other threads change.
using Handler = std::function<net::Response(const net::IncomingRequest&)>;

// Which handler answers which path. A path that nobody has is 404, a method that the path does not
// have is 405; HEAD is as GET.
class Routes {
public:
    // A segment `*` of the path stands for any one segment. Of two paths that fit, the one that was
    // added first answers.
    void add(std::string method, std::string path, Handler handler);
    void get(std::string path, Handler handler) { add("GET", std::move(path), std::move(handler)); }

    net::Response answer(const net::IncomingRequest& request) const;

private:
    struct Route {
        std::string method;
        std::string path;
        Handler handler;
    };
    std::vector<Route> routes_;
};

} // namespace keepwatch::serve
