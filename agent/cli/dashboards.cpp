#include "cli/dashboards.h"

#include <array>
#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include "cli/files_of.h"
#include "promql/parse.h"
#include "promql/selectors.h"

namespace keepwatch::cli {
namespace {

namespace json = boost::json;

// Stands for a variable of the dashboard; no series is called so.
constexpr std::string_view kVariable = "grafana_variable";

// `$__rate_interval` and its like are durations, `label_values(X, label)` and `query_result(X)` are
// Grafana's own functions round a selector, and all other `$name`, `${name:format}` and `[[name]]`
// are variables.
std::string as_promql(std::string text) {
    static const RE2 interval(R"(\$\{?__(rate_interval|interval|range)(_ms|_s)?\}?)");
    static const RE2 variable(R"(\$\{\w+(?::\w+)?\}|\$\w+|\[\[\w+(?::\w+)?\]\])");
    static const RE2 label_values(R"(^\s*label_values\((.*),\s*\w+\s*\)\s*$)");
    static const RE2 label_names(R"(^\s*label_values\(\s*\w+\s*\)\s*$)"); // Reads no metric.
    static const RE2 query_result(R"(^\s*(?:query_result|metrics)\((.*)\)\s*$)");
    if (RE2::FullMatch(text, label_names)) return {};
    std::string inner;
    if (RE2::FullMatch(text, label_values, &inner) || RE2::FullMatch(text, query_result, &inner))
        text = inner;
    RE2::GlobalReplace(&text, interval, "5m");
    RE2::GlobalReplace(&text, variable, std::string(kVariable));
    return text;
}

std::vector<series::Matcher> without_variables(const std::vector<series::Matcher>& matchers) {
    std::vector<series::Matcher> fixed;
    for (const auto& matcher : matchers)
        if (matcher.value().find(kVariable) == std::string::npos) fixed.push_back(matcher);
    return fixed;
}

class Reader {
public:
    Reader(const std::string& name, DashboardReads& into) : name_(name), into_(into) {}

    // Expressions stand at many depths: in panels within rows, in variables, in annotations.
    void walk(const json::value& value, std::string_view key) {
        if (const auto* object = value.if_object()) {
            for (const auto& [name, inner] : *object) walk(inner, {name.data(), name.size()});
        } else if (const auto* array = value.if_array()) {
            for (const auto& inner : *array) walk(inner, key);
        } else if (const auto* text = value.if_string()) {
            if (key == "expr" || (key == "query" && is_promql({text->data(), text->size()})))
                read({text->data(), text->size()});
        }
    }

private:
    // What a variable asks may as well be a list of words or the name of a data source.
    static bool is_promql(std::string_view text) {
        return text.find("label_values(") != text.npos || text.find("query_result(") != text.npos;
    }

    void read(std::string_view text) {
        const auto query = as_promql(std::string(text));
        if (query.empty()) return;
        const auto expr = promql::parse(query);
        if (!expr) {
            into_.errors.push_back(
                {ErrorKind::InvalidInput,
                 fmt::format("expression {}: {}", quoted(text), expr.error().message),
                 Location{name_, 0, 0}});
            return;
        }
        for (const auto* selector : promql::selectors(**expr)) {
            auto matchers = without_variables(selector->matchers);
            if (!matchers.empty()) into_.selectors.push_back(std::move(matchers));
        }
    }

    const std::string& name_;
    DashboardReads& into_;
};

} // namespace

void read_dashboard(std::string_view text, const std::string& name, DashboardReads& into) {
    boost::system::error_code wrong;
    const auto dashboard = json::parse({text.data(), text.size()}, wrong);
    if (wrong || !dashboard.is_object()) {
        into.errors.push_back({ErrorKind::InvalidInput,
                               "expected a dashboard, a JSON object, as Grafana exports it",
                               Location{name, 0, 0}});
        return;
    }
    Reader(name, into).walk(dashboard, "");
}

DashboardReads read_dashboards(const std::vector<std::string>& paths) {
    constexpr std::array<std::string_view, 1> endings{".json"};
    DashboardReads reads;
    for (const auto& path : paths)
        for (const auto& name : files_of(path, endings)) {
            std::ifstream file(name, std::ios::binary);
            std::ostringstream text;
            text << file.rdbuf();
            if (file)
                read_dashboard(text.str(), name, reads);
            else
                reads.errors.push_back(
                    {ErrorKind::Storage, "cannot be read", Location{name, 0, 0}});
        }
    return reads;
}

} // namespace keepwatch::cli
