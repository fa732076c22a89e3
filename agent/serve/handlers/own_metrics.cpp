#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include "serve/handlers/handlers.h"

namespace keepwatch::serve {

Handler own_metrics(const Parts& parts) {
    return [&page = parts.metrics_page](const net::IncomingRequest&) -> net::Response {
        const prometheus::TextSerializer serializer;
        return {200, "text/plain; version=0.0.4; charset=utf-8",
                serializer.Serialize(page.Collect())};
    };
}

} // namespace keepwatch::serve
