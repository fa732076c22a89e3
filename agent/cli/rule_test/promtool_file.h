#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/labels.h"
#include "model/result.h"
#include "model/time.h"

// Tests of rules as promtool reads them, field by field:
// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
namespace keepwatch::cli::rule_test {

// Other than in Labels, an empty value is there: promtool compares it.
using ExactLabels = std::map<std::string, std::string>;

struct ExpectedAlert {
    ExactLabels labels;
    ExactLabels annotations;
    bool operator<(const ExpectedAlert& other) const {
        return std::tie(labels, annotations) < std::tie(other.labels, other.annotations);
    }
    bool operator==(const ExpectedAlert&) const = default;
};
struct AlertCase {
    Duration at;
    std::string alert;
    std::vector<ExpectedAlert> expected;
    Location where;
};

struct ExpectedSample {
    std::string labels;
    double value = 0;
    std::string histogram; // Not empty: a native histogram is wanted, and not the value.
};
struct QueryCase {
    std::string expr;
    Duration at;
    std::vector<ExpectedSample> expected;
    Location where;
};

struct PromtoolTest {
    std::string name;
    Duration interval;
    std::string series; // Lines of a series and its values each.
    Labels external_labels;
    std::string external_url;
    Timestamp start;
    std::vector<AlertCase> alerts;
    std::vector<QueryCase> queries;
};

struct PromtoolFile {
    std::vector<std::string> rule_files; // As written: patterns of names.
    Duration evaluation_interval = minutes(1);
    std::vector<std::string> group_order;
    bool is_fuzzy = false; // Values may differ in their last bit.
    std::vector<PromtoolTest> tests;
};

struct LoadedPromtoolFile {
    PromtoolFile file;
    std::vector<Error> errors;
};
LoadedPromtoolFile parse_promtool_file(std::string_view text, const std::string& name);

} // namespace keepwatch::cli::rule_test
