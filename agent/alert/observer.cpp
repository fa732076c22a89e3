#include "alert/observer.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "promql/parse.h"

namespace keepwatch::alert {
namespace {

constexpr std::string_view kAlertNameLabel = "alertname";

// How far from where it is expected an element is looked for: some may have come or gone.
constexpr std::size_t kLookAhead = 8;

// A template that cannot be rendered stands in the page as its own error: the alert goes out.
std::string rendered(const TemplatedLabel& text, const templating::Context& context) {
    if (text.parsed.is_literal()) return text.text;
    auto result = text.parsed.render(context);
    if (result) return *std::move(result);
    return fmt::format("<error expanding template: {}>", result.error().to_string());
}

std::vector<templating::QueryRow> rows(promql::Value value) {
    std::vector<templating::QueryRow> rows;
    if (auto* vector = std::get_if<promql::VectorValue>(&value)) {
        for (auto& element : *vector) rows.push_back({element.labels, element.value});
    } else if (const auto* scalar = std::get_if<promql::ScalarValue>(&value)) {
        rows.push_back({Labels(), scalar->value});
    }
    return rows;
}

// Whoever looks at more than the element must name the function that does.
bool looks_elsewhere(const TemplatedLabel& label) {
    return label.text.find("query") != label.text.npos || label.text.find("now") != label.text.npos;
}

bool is_literal(const TemplatedLabel& label) {
    return label.parsed.is_literal();
}

Result<void> check_unique(const std::vector<Observation>& observations) {
    std::unordered_set<Labels> seen;
    seen.reserve(observations.size());
    for (const auto& observation : observations)
        if (!seen.insert(observation.labels).second)
            return Error{
                ErrorKind::InvalidInput,
                "vector contains metrics with the same labelset after applying alert labels"};
    return {};
}

} // namespace

Observer::Observer(std::shared_ptr<const Rule> rule, promql::Options options,
                   const Surroundings& around)
    : rule_(std::move(rule)), options_(std::move(options)), around_(&around),
      labels_are_fixed_(std::all_of(rule_->labels.begin(), rule_->labels.end(), is_literal)),
      annotations_are_fixed_(
          std::none_of(rule_->annotations.begin(), rule_->annotations.end(), looks_elsewhere)) {}

Result<std::vector<Observation>> Observer::observe(const promql::VectorValue& result,
                                                   Timestamp at) {
    std::vector<Known> next;
    std::vector<Observation> observations;
    next.reserve(result.size());
    observations.reserve(result.size());
    std::size_t place = 0;
    bool all_known = labels_are_fixed_; // Then no two can have become the same.
    for (const auto& element : result) {
        Known* const before = find(element.labels, place);
        all_known = all_known && before != nullptr;
        next.push_back(observe(element, at, before));
        observations.push_back(next.back().made);
    }
    if (!all_known)
        if (auto unique = check_unique(observations); !unique) return std::move(unique).error();
    known_ = std::move(next);
    return observations;
}

// What was made of the element last time; `place` is where it likely is, and goes on.
Observer::Known* Observer::find(const Labels& element, std::size_t& place) {
    const auto end = std::min(known_.size(), place + kLookAhead);
    for (auto i = place; i < end; ++i) {
        if (known_[i].element != element) continue;
        place = i + 1;
        return &known_[i];
    }
    return nullptr;
}

Observer::Known Observer::observe(const promql::VectorElement& element, Timestamp at,
                                  Known* before) const {
    if (before == nullptr || !labels_are_fixed_)
        return {element.labels, expand(element.labels.without_name(), element.value, at)};
    const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    if (!annotations_are_fixed_ || bits(before->made.value) != bits(element.value))
        return {element.labels, expand(before->made.source, element.value, at)};
    return *before;
}

Observation Observer::expand(const Labels& source, double value, Timestamp at) const {
    templating::Context context;
    context.labels = source;
    context.value = value;
    context.external_labels = around_->external_labels;
    context.external_url = around_->external_url;
    context.now = at;
    context.query = [&](const std::string& text) -> Result<std::vector<templating::QueryRow>> {
        KW_TRY(const auto expr, promql::parse(text, options_.features));
        KW_TRY(auto answer, promql::Evaluator(*around_->series, options_).instant(*expr, at));
        return rows(std::move(answer));
    };
    LabelsBuilder labels(source);
    for (const auto& label : rule_->labels) labels.set(label.name, rendered(label, context));
    labels.set(kAlertNameLabel, rule_->name);
    LabelsBuilder annotations;
    for (const auto& label : rule_->annotations)
        annotations.set(label.name, rendered(label, context));
    return {labels.build(), source, annotations.build(), value};
}

} // namespace keepwatch::alert
