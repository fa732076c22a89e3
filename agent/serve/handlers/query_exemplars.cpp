#include "promql/parse.h"
#include "serve/envelope.h"
#include "serve/handlers/handlers.h"
#include "serve/parameters.h"

namespace keepwatch::serve {

// There are none, because no page is read for them; whoever asks is told so and not refused.
Handler query_exemplars() {
    return [](const net::IncomingRequest& request) {
        const auto start = time_parameter(request, "start", kMinTime);
        if (!start) return bad_data(start.error());
        const auto end = time_parameter(request, "end", kMaxTime);
        if (!end) return bad_data(end.error());
        if (*end < *start)
            return bad_data(
                {ErrorKind::InvalidInput, "end timestamp must not be before start timestamp"});
        const auto expr = promql::parse(request.param("query"));
        if (!expr) return bad_data(expr.error());
        return success("[]", {});
    };
}

} // namespace keepwatch::serve
