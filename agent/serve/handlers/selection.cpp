#include "serve/handlers/selection.h"

#include <algorithm>

namespace keepwatch::serve {

Result<Selection> read_selection(const net::IncomingRequest& request) {
    Selection selection;
    KW_TRY(selection.limit, limit_parameter(request));
    KW_TRY(selection.start, time_parameter(request, "start", kMinTime));
    KW_TRY(selection.end, time_parameter(request, "end", kMaxTime));
    KW_TRY(selection.sets, match_parameters(request));
    return selection;
}

Result<std::vector<Labels>> labels_of(const Parts& parts, const Selection& selection) {
    auto sets = selection.sets;
    if (sets.empty()) sets.emplace_back();
    std::vector<series::Want> wants;
    // Both ends are within; a want is open on the left.
    for (auto& matchers : sets)
        wants.push_back({std::move(matchers), selection.start - milliseconds(1), selection.end,
                         series::Want::Part::Labels});
    KW_TRY(const auto excerpts, parts.backend.extract(std::move(wants), parts.limits.data, soon()));
    std::vector<Labels> all;
    for (const auto& excerpt : excerpts)
        for (const auto& series : excerpt.series) all.push_back(series.labels);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

} // namespace keepwatch::serve
