#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"
#include "net/message.h"

namespace keepwatch::serve {

using Handler = std::function<net::Response(const net::IncomingRequest&)>;

// Where a handler runs.
enum class Place : std::uint8_t {
    ServeThread,  // It neither waits nor works for long.
    ErrandThread, // It asks the Backend, which answers soon.
    QueryThread,  // It may work for minutes.
};

// Which handler answers which path. A path that nobody has is 404, a method that the path does not
// have is 405; HEAD is as GET. What is below /api/ may be asked by pages of any origin, as with
// Prometheus.
class Routes {
public:
    // A segment `*` of the path stands for any one segment. Of two paths that fit, the one that was
    // added first answers.
    void add(std::string method, std::string path, Handler handler,
             Place place = Place::ServeThread);
    void get(std::string path, Handler handler, Place place = Place::ServeThread) {
        add("GET", std::move(path), std::move(handler), place);
    }
    // GET, and POST with the parameters as a form.
    void form(const std::string& path, const Handler& handler, Place place = Place::ServeThread) {
        add("GET", path, handler, place);
        add("POST", path, handler, place);
    }

    Place place_of(const net::IncomingRequest& request) const;

    // To be called in that place. The parameters of a form are joined with those of the URL.
    net::Response answer(net::IncomingRequest request) const;

private:
    struct Route {
        std::string method;
        std::string path;
        Handler handler;
        Place place = Place::ServeThread;
    };
    const Route* find(const net::IncomingRequest& request) const;
    net::Response dispatch(const net::IncomingRequest& request) const;

    std::vector<Route> routes_;
};

} // namespace keepwatch::serve
