#pragma once

#include <vector>

#include "promql/notes.h"
#include "serve/backend.h"
#include "serve/handlers/handlers.h"
#include "serve/parameters.h"

namespace keepwatch::serve {

// What a request says about which series it means: `match[]`, `start`, `end` and `limit`.
struct Selection {
    MatcherSets sets; // Empty: all series.
    Timestamp start = kMinTime;
    Timestamp end = kMaxTime;
    std::size_t limit = 0; // 0: none.
};
Result<Selection> read_selection(const net::IncomingRequest& request);

// The labels of all series of a selection, sorted, each once. As for Backend::extract.
Result<std::vector<Labels>> labels_of(const Parts& parts, const Selection& selection);

// Shortens a list to the limit; whether something was cut off, which the answer then has to say.
template <class List> promql::Notes cut(List& list, std::size_t limit) {
    promql::Notes notes;
    if (limit == 0 || list.size() <= limit) return notes;
    list.resize(limit);
    notes.warnings.emplace_back("results truncated due to limit");
    return notes;
}

} // namespace keepwatch::serve
