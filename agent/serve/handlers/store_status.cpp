#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "serve/envelope.h"
#include "serve/handlers/selection.h"

// /api/v1/status/tsdb: which labels make how many series.
namespace keepwatch::serve {
namespace {

constexpr std::size_t kShown = 10; // Of each list, as Prometheus does.
constexpr std::size_t kShownMax = 10'000;

using Counts = std::map<std::string, std::uint64_t>;

struct Census {
    Counts series_by_metric;
    Counts series_by_pair;
    Counts values_by_label;
    Counts bytes_by_label;
};

Census census_of(const std::vector<Labels>& all) {
    Census census;
    for (const auto& labels : all) {
        if (!labels.name().empty()) ++census.series_by_metric[std::string(labels.name())];
        for (const auto& [name, value] : labels) {
            const bool is_new = ++census.series_by_pair[fmt::format("{}={}", name, value)] == 1;
            if (!is_new) continue;
            ++census.values_by_label[std::string(name)];
            census.bytes_by_label[std::string(name)] += value.size();
        }
    }
    return census;
}

// The largest first; of equal ones the first by name.
json::array largest(const Counts& counts, std::size_t limit) {
    std::vector<std::pair<std::string, std::uint64_t>> all(counts.begin(), counts.end());
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (all.size() > limit) all.resize(limit);
    json::array array;
    for (const auto& [name, count] : all) {
        json::object object;
        object["name"] = to_json(name);
        object["value"] = count;
        array.push_back(std::move(object));
    }
    return array;
}

Result<std::size_t> read_limit(const net::IncomingRequest& request) {
    const auto text = request.param("limit");
    if (text.empty()) return kShown;
    std::size_t limit = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (failed != std::errc() || end != text.data() + text.size() || limit == 0)
        return Error{ErrorKind::InvalidInput, "limit must be a positive number"};
    if (limit > kShownMax)
        return Error{ErrorKind::InvalidInput, fmt::format("limit must not exceed {}", kShownMax)};
    return limit;
}

} // namespace

Handler store_status(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) {
        const auto limit = read_limit(request);
        if (!limit) return bad_data(limit.error());
        const auto all = labels_of(parts, {});
        if (!all) return unanswered(all.error());
        const auto census = census_of(*all);
        json::object head;
        head["numSeries"] = all->size();
        head["numLabelPairs"] = census.series_by_pair.size();
        head["chunkCount"] = 0; // There are no chunks.
        head["minTime"] = (parts.backend.now() - parts.status.retention).ms;
        head["maxTime"] = parts.backend.now().ms;
        json::object data;
        data["headStats"] = std::move(head);
        data["seriesCountByMetricName"] = largest(census.series_by_metric, *limit);
        data["labelValueCountByLabelName"] = largest(census.values_by_label, *limit);
        data["memoryInBytesByLabelName"] = largest(census.bytes_by_label, *limit);
        data["seriesCountByLabelValuePair"] = largest(census.series_by_pair, *limit);
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
