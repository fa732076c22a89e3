#include <utility>

#include "promql/token.h"
#include "serve/envelope.h"
#include "serve/handlers/handlers.h"

namespace keepwatch::serve {
namespace {

constexpr const char* kGoZeroTime = "0001-01-01T00:00:00Z";

std::string_view health(const TargetView& target) {
    if (!target.last_scrape) return "unknown";
    return target.up ? "up" : "down";
}

// What Prometheus knows before relabelling.
json::object discovered(const TargetView& target) {
    json::object labels;
    labels["__address__"] = to_json(target.url);
    for (const auto& label : target.labels)
        labels.emplace(std::string(label.name), to_json(label.value));
    return labels;
}

json::object target_json(const TargetView& target) {
    json::object object; // In the order of Prometheus's fields.
    object["discoveredLabels"] = discovered(target);
    object["labels"] = to_json(target.labels);
    object["scrapePool"] = to_json(target.job);
    object["scrapeUrl"] = to_json(target.url);
    object["globalUrl"] = to_json(target.url);
    object["lastError"] = to_json(target.last_error);
    object["lastScrape"] = target.last_scrape ? format_rfc3339(*target.last_scrape) : kGoZeroTime;
    object["lastScrapeDuration"] = to_json(target.took.seconds());
    object["health"] = health(target);
    object["scrapeInterval"] = format_duration(target.interval);
    object["scrapeTimeout"] = format_duration(target.timeout);
    return object;
}

} // namespace

Handler targets(const Parts& parts) {
    return [&backend = parts.backend](const net::IncomingRequest& request) {
        const auto snapshot = backend.snapshot(soon());
        if (!snapshot) return unanswered(snapshot.error());
        const auto pool = request.param("scrapePool");
        const auto state = promql::lower_case(request.param("state"));
        json::array active;
        if (state.empty() || state == "any" || state == "active")
            for (const auto& target : (*snapshot)->targets)
                if (pool.empty() || pool == target.job) active.push_back(target_json(target));
        json::object data;
        data["activeTargets"] = std::move(active);
        data["droppedTargets"] = json::array(); // What is not wanted is not written down here.
        data["droppedTargetCounts"] = json::object();
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
