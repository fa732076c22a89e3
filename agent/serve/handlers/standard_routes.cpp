#include "serve/handlers/handlers.h"

namespace keepwatch::serve {

Routes standard_routes(const Parts& parts) {
    Routes routes;
    routes.get("/-/healthy", healthy());
    routes.get("/-/ready", ready(parts));
    routes.get("/metrics", own_metrics(parts));

    routes.form("/api/v1/query", query(parts), Place::QueryThread);
    routes.form("/api/v1/query_range", query_range(parts), Place::QueryThread);
    routes.form("/api/v1/format_query", format_query(parts), Place::QueryThread);
    routes.form("/api/v1/parse_query", parse_query(parts), Place::QueryThread);
    routes.form("/api/v1/query_exemplars", query_exemplars());
    routes.add("POST", "/api/v1/write", write(parts), Place::ErrandThread);

    routes.get("/api/v1/alerts", alerts(parts), Place::ErrandThread);
    routes.get("/api/v1/rules", rules(parts), Place::ErrandThread);
    routes.get("/api/v1/targets", targets(parts), Place::ErrandThread);
    routes.get("/api/v1/targets/metadata", target_metadata(parts), Place::ErrandThread);
    routes.get("/api/v1/scrape_pools", scrape_pools(parts), Place::ErrandThread);
    routes.get("/api/v1/metadata", metadata(parts), Place::ErrandThread);

    routes.form("/api/v1/series", find_series(parts), Place::ErrandThread);
    routes.form("/api/v1/labels", label_names(parts), Place::ErrandThread);
    routes.get("/api/v1/label/*/values", label_values(parts), Place::ErrandThread);
    routes.get("/federate", federate(parts), Place::ErrandThread);

    routes.get("/api/v1/status/buildinfo", build_info(parts));
    routes.get("/api/v1/status/config", config_status(parts));
    routes.get("/api/v1/status/flags", flags_status(parts));
    routes.get("/api/v1/status/runtimeinfo", runtime_info(parts));
    routes.get("/api/v1/status/tsdb", store_status(parts), Place::ErrandThread);
    return routes;
}

} // namespace keepwatch::serve
