#include "promql/evaluate.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "promql/durations.h"
#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/functions/extension.h"
#include "promql/types.h"

namespace keepwatch::promql {
namespace {

Result<void> check_time(Timestamp t) {
    if (t.ms <= kTimestampMsMax && t.ms >= -kTimestampMsMax) return {};
    return execution_error(fmt::format("evaluation time {} ms is out of bounds", t.ms));
}

Error same_labelset() {
    return execution_error("vector cannot contain metrics with the same labelset");
}

// Sorts by labels, and joins series that have become the same; they must not overlap.
Result<MatrixValue> merged(MatrixValue matrix) {
    const auto by_labels = [](const auto& left, const auto& right) {
        return left.labels < right.labels;
    };
    const auto by_time = [](const auto& left, const auto& right) { return left.t < right.t; };
    std::stable_sort(matrix.begin(), matrix.end(), by_labels);
    MatrixValue result;
    for (auto& series : matrix) {
        if (result.empty() || result.back().labels != series.labels) {
            result.push_back(std::move(series));
            continue;
        }
        auto& samples = result.back().samples;
        const auto middle = static_cast<std::ptrdiff_t>(samples.size());
        samples.insert(samples.end(), series.samples.begin(), series.samples.end());
        std::inplace_merge(samples.begin(), samples.begin() + middle, samples.end(), by_time);
        const auto same_time = [](const auto& left, const auto& right) {
            return left.t == right.t;
        };
        if (std::adjacent_find(samples.begin(), samples.end(), same_time) != samples.end())
            return same_labelset();
    }
    return result;
}

Result<MatrixValue> eval_matrix(Evaluation& evaluation, const Expr& expr, const Moment& now) {
    MatrixValue matrix;
    const auto add = [&](const Labels& labels, const Window& window) {
        auto samples = samples_in_range(window);
        if (samples.empty()) return;
        matrix.push_back(
            {window.loses_name ? without_metadata(labels) : labels, std::move(samples)});
    };
    if (auto read = for_each_window(evaluation, expr, now, add); !read)
        return std::move(read).error();
    return merged(std::move(matrix));
}

Result<Value> eval_instant(Evaluation& evaluation, const Expr& expr, Timestamp at) {
    if (auto fits = check_time(at); !fits) return std::move(fits).error();
    const Grid grid{at, at};
    const Moment now{grid, at};
    evaluation.begin(grid);
    switch (type_of(expr)) {
    case ValueType::String:
        return StringValue{at, eval_string(expr)};
    case ValueType::Scalar: {
        KW_TRY(const double value, eval_scalar(evaluation, expr, now));
        return ScalarValue{at, value};
    }
    case ValueType::Matrix:
        return eval_matrix(evaluation, expr, now);
    case ValueType::Vector:
        break;
    }
    KW_TRY(auto vector, eval_vector(evaluation, expr, now));
    return finished(evaluation, std::move(vector));
}

Result<void> check_grid(const Grid& grid, const Limits& limits) {
    for (const auto t : {grid.first, grid.last})
        if (auto fits = check_time(t); !fits) return fits;
    if (grid.step.ms <= 0)
        return execution_error("zero or negative query resolution step widths are not accepted");
    if (grid.last < grid.first)
        return execution_error("end timestamp must not be before start time");
    const auto steps = static_cast<std::uint64_t>((grid.last - grid.first).ms / grid.step.ms) + 1;
    if (steps <= limits.steps_max) return {};
    return Error{
        ErrorKind::LimitExceeded,
        fmt::format("query has {} steps, at most {} are evaluated", steps, limits.steps_max)};
}

// Puts the vectors of successive moments together as one series per set of labels.
class MatrixBuilder {
public:
    void add(VectorValue vector) {
        for (std::size_t i = 0; i < vector.size(); ++i) {
            auto& element = vector[i];
            auto& samples = series_at(i, element).samples;
            has_duplicates_ |= !samples.empty() && samples.back().t == element.t;
            samples.push_back({element.t, element.value});
        }
    }
    Result<MatrixValue> build() && {
        if (has_duplicates_) return same_labelset();
        for (std::size_t i = 0; i < matrix_.size(); ++i)
            if (loses_name_[i]) matrix_[i].labels = without_metadata(matrix_[i].labels);
        return merged(std::move(matrix_));
    }

private:
    // Vectors keep their order from step to step, so the same place is tried first.
    MatrixSeries& series_at(std::size_t place, const VectorElement& element) {
        if (place < matrix_.size() && matrix_[place].labels == element.labels)
            return matrix_[place];
        const auto [at, is_new] = series_of_.try_emplace(element.labels, matrix_.size());
        if (is_new) {
            matrix_.push_back({element.labels, {}});
            loses_name_.push_back(element.loses_name);
        }
        return matrix_[at->second];
    }

    MatrixValue matrix_;
    std::vector<bool> loses_name_;
    std::unordered_map<Labels, std::size_t> series_of_;
    bool has_duplicates_ = false;
};

Result<Value> eval_range(Evaluation& evaluation, const Expr& expr, const Grid& grid) {
    const auto type = type_of(expr);
    evaluation.begin(grid);
    MatrixBuilder matrix;
    for (Moment now{grid, grid.first}; now.t <= grid.last; now.t = now.t + grid.step) {
        if (auto go_on = evaluation.poll(); !go_on) return std::move(go_on).error();
        VectorValue vector;
        if (type == ValueType::Scalar) {
            KW_TRY(const double value, eval_scalar(evaluation, expr, now));
            vector.push_back({Labels(), now.t, value});
        } else {
            KW_TRY(vector, eval_vector(evaluation, expr, now));
        }
        if (auto fits = evaluation.hold(vector.size()); !fits) return std::move(fits).error();
        matrix.add(std::move(vector));
    }
    KW_TRY(auto result, std::move(matrix).build());
    return Value(std::move(result));
}

// The expression with its durations computed, where it has any; `storage` keeps what that takes.
Result<const Expr*> computed(const Expr& expr, const QueryTimes& times, ExprPtr& storage) {
    if (!has_formulas(expr)) return &expr;
    KW_TRY(storage, with_durations(std::make_shared<Expr>(expr), times));
    return storage.get();
}

void hand_over(Evaluation& evaluation, Notes* notes) {
    evaluation.parameters.tell(evaluation.notes);
    evaluation.repairs.tell(evaluation.notes);
    if (notes != nullptr) *notes = std::move(evaluation.notes);
}

} // namespace

std::optional<Error> unfit_for_range(const Expr& expr) {
    const auto type = type_of(expr);
    if (type == ValueType::Scalar || type == ValueType::Vector) return std::nullopt;
    return Error{ErrorKind::InvalidInput,
                 fmt::format("invalid expression type \"{}\" for range query, must be Scalar or "
                             "instant Vector",
                             documented_name(type))};
}

Evaluator::Evaluator(const series::SeriesSource& source, Options options)
    : source_(source), options_(std::move(options)) {}

Result<Value> Evaluator::instant(const Expr& expr, Timestamp at, Notes* notes) const {
    ExprPtr storage;
    KW_TRY(const auto* subject, computed(expr, {}, storage));
    Evaluation evaluation(source_, options_, Evaluation::Lifetime::OneQuery);
    auto value = eval_instant(evaluation, *subject, at);
    hand_over(evaluation, notes);
    return value;
}

Result<Value> Evaluator::range(const Expr& expr, Timestamp start, Timestamp end, Duration step,
                               Notes* notes) const {
    if (auto unfit = unfit_for_range(expr)) return *std::move(unfit);
    const Grid grid{start, end, step};
    if (auto fits = check_grid(grid, options_.limits); !fits) return std::move(fits).error();
    ExprPtr storage;
    KW_TRY(const auto* subject, computed(expr, {step, end - start}, storage));
    Evaluation evaluation(source_, options_, Evaluation::Lifetime::OneQuery);
    auto value = eval_range(evaluation, *subject, grid);
    hand_over(evaluation, notes);
    return value;
}

StandingQuery::StandingQuery(const series::SeriesSource& source, ExprPtr expr, Options options)
    : expr_(std::move(expr)), computed_(with_durations(expr_, {})),
      evaluation_(std::make_unique<Evaluation>(source, std::move(options),
                                               Evaluation::Lifetime::Standing)) {}
StandingQuery::~StandingQuery() = default;
StandingQuery::StandingQuery(StandingQuery&&) noexcept = default;
StandingQuery& StandingQuery::operator=(StandingQuery&&) noexcept = default;

Result<Value> StandingQuery::at(Timestamp t, Notes* notes) {
    if (!computed_) return computed_.error();
    auto value = eval_instant(*evaluation_, **computed_, t);
    hand_over(*evaluation_, notes);
    return value;
}

} // namespace keepwatch::promql
