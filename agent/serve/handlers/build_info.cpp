#include <utility>

#include "serve/envelope.h"
#include "serve/handlers/handlers.h"

namespace keepwatch::serve {

Handler build_info(const Parts& parts) {
    return [build = parts.build](const net::IncomingRequest&) {
        // The keys are those of Prometheus, which clients expect to find; ours are not built by Go.
        json::object data;
        data["version"] = build.version;
        data["revision"] = build.revision;
        data["branch"] = "";
        data["buildUser"] = "";
        data["buildDate"] = "";
        data["goVersion"] = "";
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
