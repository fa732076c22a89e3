#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include "serve/handlers/handlers.h"

namespace keepwatch::serve {

Handler own_metrics(const prometheus::Collectable& registry) {
    return [&registry](const net::IncomingRequest&) -> net::Response {
        const prometheus::TextSerializer serializer;
        return {200, "text/plain; version=0.0.4; charset=utf-8",
                serializer.Serialize(registry.Collect())};
    };
}

} // namespace keepwatch::serve
