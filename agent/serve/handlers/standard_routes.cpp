#include <utility>

#include "serve/handlers/handlers.h"

namespace keepwatch::serve {

Routes standard_routes(const Board& board, const prometheus::Collectable& registry,
                       BuildInfo build) {
    Routes routes;
    routes.get("/-/healthy", healthy);
    routes.get("/-/ready", ready(board));
    routes.get("/metrics", own_metrics(registry));
    routes.get("/api/v1/alerts", alerts(board));
    routes.get("/api/v1/rules", rules(board));
    routes.get("/api/v1/status/buildinfo", build_info(std::move(build)));
    return routes;
}

} // namespace keepwatch::serve
