#include "promql/parse.h"
#include "serve/envelope.h"
#include "serve/expr_json.h"
#include "serve/handlers/handlers.h"
#include "serve/parameters.h"

namespace keepwatch::serve {

Handler parse_query(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) {
        const auto expr = promql::parse(request.param("query"), parts.features);
        if (!expr) return bad_data(invalid_parameter("query", expr.error().to_string()));
        return success(to_json(**expr));
    };
}

} // namespace keepwatch::serve
