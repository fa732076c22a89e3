#include "promql/parse.h"
#include "promql/pretty.h"
#include "serve/envelope.h"
#include "serve/handlers/handlers.h"
#include "serve/json_text.h"
#include "serve/parameters.h"

namespace keepwatch::serve {

Handler format_query(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) {
        const auto expr = promql::parse(request.param("query"), parts.features);
        if (!expr) return bad_data(invalid_parameter("query", expr.error().to_string()));
        std::string data;
        append_json(data, std::string_view(promql::pretty(**expr)));
        return success(data, {});
    };
}

} // namespace keepwatch::serve
