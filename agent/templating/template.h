#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "model/result.h"
#include "model/time.h"

namespace keepwatch::templating {

// One row of what `query` answers inside a template.
struct QueryRow {
    Labels labels;
    double value = 0;
};

// Everything a template may look at. The same names as in Prometheus: $labels, $value,
// $externalLabels, $externalURL, and `.Labels`, `.Value` of the dot.
struct Context {
    Labels labels;
    double value = 0;
    Labels external_labels;
    std::string external_url;
    Timestamp now;
    // Runs an instant query at `now`; absent where queries make no sense.
    std::function<Result<std::vector<QueryRow>>(const std::string& expr)> query;
};

struct Bounds {
    std::size_t steps_max = 100'000;
    std::size_t output_bytes_max = 64 << 10;
};

// A parsed template in the subset of Go's text/template that Prometheus documents for rules.
// https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
class Template {
public:
    // The error names line and column within the text.
    static Result<Template> parse(std::string_view text);

    Result<std::string> render(const Context& context, Bounds bounds = {}) const;

    // The text holds no action, so rendering gives it back.
    bool is_literal() const;

private:
    struct Body;
    std::shared_ptr<const Body> body_;
};

} // namespace keepwatch::templating
