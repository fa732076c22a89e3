#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "series/matcher.h"
#include "serve/envelope.h"
#include "serve/handlers/handlers.h"
#include "serve/parameters.h"

namespace keepwatch::serve {
namespace {

struct Filter {
    std::vector<series::Matcher> targets;
    std::string_view metric;           // "": all.
    std::optional<std::int64_t> limit; // No target is begun once there are so many.
};

Result<Filter> read_filter(const net::IncomingRequest& request) {
    Filter filter;
    KW_TRY(filter.limit, number_parameter(request, "limit"));
    filter.metric = request.param("metric");
    const auto selector = request.param("match_target");
    if (selector.empty()) return filter;
    auto matchers = parse_selector(selector);
    if (!matchers) return invalid_parameter("match_target", matchers.error().to_string());
    filter.targets = *std::move(matchers);
    return filter;
}

json::object metadata_of(const TargetView& target, const exposition::Family& family) {
    json::object object; // In the order of Prometheus's fields.
    object["target"] = to_json(target.labels);
    object["type"] = to_json(family.type);
    object["help"] = to_json(family.help);
    object["unit"] = to_json(family.unit);
    return object;
}

// Who asked for one metric is not told its name.
void append_metadata(json::array& list, const TargetView& target, std::string_view metric) {
    if (!target.families) return;
    if (!metric.empty()) {
        const auto found = target.families->find(metric);
        if (found != target.families->end()) list.push_back(metadata_of(target, found->second));
        return;
    }
    for (const auto& [name, family] : *target.families) {
        auto object = metadata_of(target, family);
        object["metric"] = to_json(name);
        list.push_back(std::move(object));
    }
}

} // namespace

Handler target_metadata(const Parts& parts) {
    return [&backend = parts.backend](const net::IncomingRequest& request) {
        const auto filter = read_filter(request);
        if (!filter) return bad_data(filter.error());
        const auto snapshot = backend.snapshot(soon());
        if (!snapshot) return unanswered(snapshot.error());
        json::array list;
        for (const auto& target : (*snapshot)->targets) {
            const auto size = static_cast<std::int64_t>(list.size());
            if (filter->limit && *filter->limit >= 0 && size >= *filter->limit) break;
            if (!matches_all(filter->targets, target.labels)) continue;
            append_metadata(list, target, filter->metric);
        }
        return success(std::move(list));
    };
}

} // namespace keepwatch::serve
