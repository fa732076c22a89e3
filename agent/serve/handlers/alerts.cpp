#include <utility>

#include "serve/alert_json.h"
#include "serve/handlers/handlers.h"

namespace keepwatch::serve {

Handler alerts(const Parts& parts) {
    return [&backend = parts.backend](const net::IncomingRequest&) {
        const auto asked = backend.snapshot(soon());
        if (!asked) return unanswered(asked.error());
        const auto& snapshot = *asked;
        json::array active;
        for (const auto& group : snapshot->groups) {
            for (const auto& rule : group.rules) {
                for (const auto& alert : rule.alerts) active.push_back(to_json(alert));
            }
        }
        json::object data;
        data["alerts"] = std::move(active);
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
