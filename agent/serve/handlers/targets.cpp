#include <set>
#include <utility>

#include "promql/token.h"
#include "serve/envelope.h"
#include "serve/handlers/handlers.h"

// /api/v1/targets and /api/v1/scrape_pools.
namespace keepwatch::serve {
namespace {

constexpr const char* kGoZeroTime = "0001-01-01T00:00:00Z";

std::string_view health(const TargetView& target) {
    if (!target.last_scrape) return "unknown";
    return target.up ? "up" : "down";
}

// A URL as Prometheus takes it apart. What answers no HTTP has a scheme of its own and no path.
struct Address {
    std::string_view scheme;
    std::string_view host; // With the port.
    std::string_view path; // With what follows.
};

Address address_of(std::string_view url) {
    const auto scheme = url.substr(0, url.find("://"));
    if (scheme.size() == url.size()) return {"", url, ""};
    url.remove_prefix(scheme.size() + 3);
    const auto host = url.substr(0, url.find('/'));
    return {scheme, host, url.substr(host.size())};
}

// What Prometheus knows before relabelling.
json::object discovered(const TargetView& target) {
    const auto address = address_of(target.url);
    json::object labels;
    labels["__address__"] = to_json(address.host);
    labels["__metrics_path__"] = to_json(address.path);
    labels["__scheme__"] = to_json(address.scheme);
    labels["__scrape_interval__"] = format_duration(target.interval);
    labels["__scrape_timeout__"] = format_duration(target.timeout);
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

json::object none_dropped(const std::vector<TargetView>& targets) {
    json::object counts;
    for (const auto& target : targets) counts[target.job] = 0;
    return counts;
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
        data["droppedTargetCounts"] = nullptr;
        if (state.empty() || state == "any" || state == "dropped")
            data["droppedTargetCounts"] = none_dropped((*snapshot)->targets);
        return success(std::move(data));
    };
}

Handler scrape_pools(const Parts& parts) {
    return [&backend = parts.backend](const net::IncomingRequest&) {
        const auto snapshot = backend.snapshot(soon());
        if (!snapshot) return unanswered(snapshot.error());
        std::set<std::string_view> pools;
        for (const auto& target : (*snapshot)->targets) pools.insert(target.job);
        json::object data;
        auto& names = data["scrapePools"].emplace_array();
        for (const auto pool : pools) names.push_back(to_json(pool));
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
