#include "runbook/answer.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "promql/evaluate.h"
#include "promql/parse.h"
#include "runbook/runbook.h"
#include "templating/go_format.h"
#include "templating/template.h"

namespace keepwatch::runbook {
namespace {

// What one block may cost: it runs while a page is on its way.
constexpr promql::Limits kLimits{.samples_max = 2'000'000, .steps_max = 10'000};

Result<promql::VectorValue> run(const std::string& text, const RenderContext& context) {
    if (context.series == nullptr)
        return Error{ErrorKind::Unavailable, "no series are at hand to ask"};
    KW_TRY(const auto expr, promql::parse(text));
    const promql::Evaluator evaluator(*context.series, promql::Options{.limits = kLimits});
    KW_TRY(auto value, evaluator.instant(*expr, context.now));
    if (auto* vector = std::get_if<promql::VectorValue>(&value)) return std::move(*vector);
    if (const auto* scalar = std::get_if<promql::ScalarValue>(&value))
        return promql::VectorValue{{Labels(), context.now, scalar->value}};
    return Error{ErrorKind::InvalidInput, "a block must give an instant vector or a scalar"};
}

// Labels with the same value on every row say nothing about the difference.
bool is_shared(const promql::VectorValue& rows, const LabelView& label) {
    return rows.size() > 1 && std::all_of(rows.begin(), rows.end(), [&](const auto& row) {
               return row.labels.get(label.name) == label.value;
           });
}

std::string row_labels(const promql::VectorValue& rows, const Labels& labels) {
    std::string text;
    for (const auto& label : labels) {
        if (label.name == kNameLabel || is_shared(rows, label)) continue;
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", label.name,
                            keepwatch::quoted(label.value));
    }
    return text;
}

void sort_by_value(promql::VectorValue& rows) {
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        if (std::isnan(a.value) || std::isnan(b.value))
            return !std::isnan(a.value) && std::isnan(b.value);
        return a.value > b.value;
    });
}

std::string table(promql::VectorValue rows) {
    if (rows.empty()) return "no series\n";
    sort_by_value(rows);
    const auto shown = std::min(rows.size(), kAnswerRowsMax);
    std::vector<std::string> values;
    std::size_t width = 0;
    for (std::size_t i = 0; i < shown; ++i) {
        // Six digits are more than a tired reader wants.
        const auto value = rows[i].value;
        const bool whole = value == std::trunc(value) && std::fabs(value) < 1e15;
        values.push_back(whole ? fmt::format("{:.0f}", value)
                               : templating::float_with_precision(value, 'g', 6));
        width = std::max(width, values.back().size());
    }
    std::string text;
    for (std::size_t i = 0; i < shown; ++i) {
        const auto labels = row_labels(rows, rows[i].labels);
        text += fmt::format("{:>{}}{}{}\n", values[i], width, labels.empty() ? "" : "  ", labels);
    }
    if (rows.size() > shown) text += fmt::format("and {} more\n", rows.size() - shown);
    return text;
}

} // namespace

Result<std::string> fill_in(std::string_view text, const RenderContext& context) {
    KW_TRY(const auto parsed, templating::Template::parse(text));
    templating::Context data;
    if (context.alert != nullptr) {
        data.labels = context.alert->labels;
        data.value = context.alert->value;
    }
    data.now = context.now;
    data.query = [&](const std::string& expr) -> Result<std::vector<templating::QueryRow>> {
        KW_TRY(const auto found, run(expr, context));
        std::vector<templating::QueryRow> rows;
        for (const auto& row : found) rows.push_back({row.labels, row.value});
        return rows;
    };
    return parsed.render(data);
}

Result<std::string> answer(std::string_view block, const RenderContext& context) {
    KW_TRY(const auto text, fill_in(block, context));
    KW_TRY(auto rows, run(text, context));
    return table(std::move(rows));
}

} // namespace keepwatch::runbook
