#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "serve/envelope.h"
#include "serve/handlers/handlers.h"
#include "serve/parameters.h"

namespace keepwatch::serve {
namespace {

using exposition::Families;
using exposition::Family;

// Of each metric what targets say of it, each once.
using Found = std::map<std::string, std::vector<Family>, std::less<>>;

struct Filter {
    std::string_view metric; // "": all.
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> limit_per_metric;
};

Result<Filter> read_filter(const net::IncomingRequest& request) {
    Filter filter;
    KW_TRY(filter.limit, number_parameter(request, "limit"));
    KW_TRY(filter.limit_per_metric, number_parameter(request, "limit_per_metric"));
    filter.metric = request.param("metric");
    return filter;
}

void note(const Families& families, const Filter& filter, Found& found) {
    for (const auto& [name, family] : families) {
        if (!filter.metric.empty() && filter.metric != name) continue;
        auto& known = found[name];
        const auto per_metric = filter.limit_per_metric.value_or(0);
        if (per_metric > 0 && known.size() >= static_cast<std::size_t>(per_metric)) continue;
        if (std::find(known.begin(), known.end(), family) == known.end()) known.push_back(family);
    }
}

json::array families_json(const std::vector<Family>& families) {
    json::array array;
    for (const auto& family : families) {
        json::object object;
        object["type"] = to_json(family.type);
        object["unit"] = to_json(family.unit);
        object["help"] = to_json(family.help);
        array.push_back(std::move(object));
    }
    return array;
}

} // namespace

Handler metadata(const Parts& parts) {
    return [&backend = parts.backend](const net::IncomingRequest& request) {
        const auto filter = read_filter(request);
        if (!filter) return bad_data(filter.error());
        const auto snapshot = backend.snapshot(soon());
        if (!snapshot) return unanswered(snapshot.error());
        Found found;
        for (const auto& target : (*snapshot)->targets)
            if (target.families) note(*target.families, *filter, found);
        json::object data;
        for (const auto& [name, families] : found) {
            if (filter->limit && static_cast<std::int64_t>(data.size()) >= *filter->limit &&
                *filter->limit >= 0)
                break;
            data[to_json(std::string_view(name))] = families_json(families);
        }
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
