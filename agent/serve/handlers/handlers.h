#pragma once

#include <memory>
#include <string>

#include "serve/routes.h"
#include "serve/snapshot.h"

namespace prometheus {
class Collectable;
}

// One function for each file beside this one: it makes the handler of one path. What it is given
// outlives the server.
namespace keepwatch::serve {

struct BuildInfo {
    std::string version;  // "0.1.0".
    std::string revision; // Of the source; "" if unknown.
};

net::Response healthy(const net::IncomingRequest& request);   // GET /-/healthy
Handler ready(const Board& board);                            // GET /-/ready
Handler own_metrics(const prometheus::Collectable& registry); // GET /metrics
Handler alerts(const Board& board);                           // GET /api/v1/alerts
Handler rules(const Board& board);                            // GET /api/v1/rules
Handler build_info(BuildInfo build);                          // GET /api/v1/status/buildinfo

// All of them at their paths.
Routes standard_routes(const Board& board, const prometheus::Collectable& registry,
                       BuildInfo build);

} // namespace keepwatch::serve
