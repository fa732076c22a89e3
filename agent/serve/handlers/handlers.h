#pragma once

#include <string>
#include <utility>
#include <vector>

#include "promql/features.h"
#include "series/extraction.h"
#include "serve/backend.h"
#include "serve/metrics.h"
#include "serve/routes.h"

namespace prometheus {
class Collectable;
}

// One function for each file beside this one: it makes the handler of one path, or of two that are
// much alike.
namespace keepwatch::serve {

struct BuildInfo {
    std::string version;  // "0.1.0".
    std::string revision; // Of the source; "" if unknown.
};

// What the status pages tell besides.
struct StatusInfo {
    std::string config_yaml;                                // As Prometheus would have it.
    std::vector<std::pair<std::string, std::string>> flags; // By name.
    Timestamp started;
    Duration retention;
};

struct QueryLimits {
    Duration timeout = minutes(2);  // As Prometheus's; a request may ask for less.
    Duration lookback = minutes(5); // Unless the request names another.
    series::Extraction::Limits data{};
};

// What handlers stand on; it outlives the server.
struct Parts {
    Backend& backend;
    Metrics& metrics;
    const prometheus::Collectable& metrics_page;
    BuildInfo build{};
    QueryLimits limits{};
    bool receives_pushes = false;
    StatusInfo status{};
    promql::Features features{}; // Of the language that queries are in.
};

Handler healthy();                       // GET /-/healthy
Handler ready(const Parts& parts);       // GET /-/ready
Handler own_metrics(const Parts& parts); // GET /metrics

Handler query(const Parts& parts);        // /api/v1/query
Handler query_range(const Parts& parts);  // /api/v1/query_range
Handler format_query(const Parts& parts); // /api/v1/format_query
Handler parse_query(const Parts& parts);  // /api/v1/parse_query
Handler query_exemplars();                // /api/v1/query_exemplars
Handler write(const Parts& parts);        // POST /api/v1/write

Handler find_series(const Parts& parts);  // /api/v1/series
Handler label_names(const Parts& parts);  // /api/v1/labels
Handler label_values(const Parts& parts); // GET /api/v1/label/NAME/values
Handler federate(const Parts& parts);     // GET /federate

Handler alerts(const Parts& parts);          // GET /api/v1/alerts
Handler rules(const Parts& parts);           // GET /api/v1/rules
Handler targets(const Parts& parts);         // GET /api/v1/targets
Handler scrape_pools(const Parts& parts);    // GET /api/v1/scrape_pools
Handler target_metadata(const Parts& parts); // GET /api/v1/targets/metadata
Handler metadata(const Parts& parts);        // GET /api/v1/metadata

Handler build_info(const Parts& parts);    // GET /api/v1/status/buildinfo
Handler config_status(const Parts& parts); // GET /api/v1/status/config
Handler flags_status(const Parts& parts);  // GET /api/v1/status/flags
Handler runtime_info(const Parts& parts);  // GET /api/v1/status/runtimeinfo
Handler store_status(const Parts& parts);  // GET /api/v1/status/tsdb

// All of them at their paths.
Routes standard_routes(const Parts& parts);

} // namespace keepwatch::serve
