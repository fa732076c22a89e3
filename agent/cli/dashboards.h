#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"
#include "series/matcher.h"

namespace keepwatch::cli {

// What Grafana dashboards read: the selectors of their panels, variables and annotations. A
// matcher whose value is one of Grafana's variables is left out, so that all it may become is kept.
struct DashboardReads {
    std::vector<std::vector<series::Matcher>> selectors;
    std::vector<Error> errors; // Files that cannot be read, expressions that are no PromQL.
};

// Each path is a file of JSON as Grafana exports it, or a folder of such files.
DashboardReads read_dashboards(const std::vector<std::string>& paths);

// The same of one dashboard; the name appears in errors.
void read_dashboard(std::string_view json, const std::string& name, DashboardReads& into);

} // namespace keepwatch::cli
