#include "promql/windows.h"

#include <algorithm>

#include "promql/evaluate.h"

namespace keepwatch::promql {
namespace {

// What the evaluator will refuse must here only not overflow.
Timestamp bounded(Timestamp t) {
    return {std::clamp(t.ms, -kTimestampMsMax, kTimestampMsMax)};
}

// The moments at which a part of the expression is evaluated.
struct Moments {
    Timestamp first;
    Timestamp last;
    bool are_many = false;
};

class Walk {
public:
    Walk(Timestamp start, Timestamp end, Duration lookback, Duration step,
         std::vector<ReadWindow>& found)
        : start_(start), end_(end), lookback_(lookback), times_{step, end - start}, found_(found) {}

    void visit(const Expr& expr, const Moments& moments) {
        if (const auto* selector = std::get_if<VectorSelector>(&expr.node)) {
            const auto [first, last, many] = shifted(selector->shift, moments);
            const auto range = length(selector->range, selector->range_formula);
            const bool extends = selector->extension != Extension::None;
            const bool smooths = selector->extension == Extension::Smoothed;
            auto after = first - (selector->is_range() ? range : lookback_);
            if (selector->is_range() && extends) after = after - lookback_;
            const auto until = smooths ? last + lookback_ : last;
            const bool newest_only = !many && !selector->is_range() && !smooths;
            found_.push_back({selector, after, until, newest_only});
        }
        auto inner = moments;
        if (const auto* subquery = std::get_if<Subquery>(&expr.node)) {
            inner = shifted(subquery->shift, moments);
            inner.first = inner.first - length(subquery->range, subquery->range_formula);
            inner.are_many = true;
        }
        for_each_child(expr, [&](const Expr& child) { visit(child, inner); });
    }

private:
    // A query over many moments reads as much at a fixed one, but in another way.
    Moments shifted(const Shift& shift, Moments moments) const {
        switch (shift.anchor) {
        case Shift::Anchor::EvaluationTime:
            break;
        case Shift::Anchor::Fixed:
            moments.first = moments.last = bounded(shift.fixed);
            break;
        case Shift::Anchor::QueryStart:
            moments.first = moments.last = start_;
            break;
        case Shift::Anchor::QueryEnd:
            moments.first = moments.last = end_;
            break;
        }
        auto offset = shift.offset;
        if (shift.offset_formula)
            offset = compute_offset(*shift.offset_formula, times_).value_or(Duration());
        return {moments.first - offset, moments.last - offset, moments.are_many};
    }

    // One that cannot be computed reads nothing, as the query ends there.
    Duration length(Duration fixed, const FormulaPtr& formula) const {
        if (!formula) return fixed;
        return compute_length(*formula, times_).value_or(Duration());
    }

    Timestamp start_;
    Timestamp end_;
    Duration lookback_;
    QueryTimes times_;
    std::vector<ReadWindow>& found_;
};

} // namespace

std::vector<ReadWindow> windows(const Expr& expr, Timestamp start, Timestamp end, Duration lookback,
                                Duration step) {
    std::vector<ReadWindow> found;
    start = bounded(start);
    end = bounded(end);
    Walk(start, end, lookback, step, found).visit(expr, {start, end, start != end});
    return found;
}

} // namespace keepwatch::promql
