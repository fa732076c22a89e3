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
    Walk(Timestamp start, Timestamp end, Duration lookback, std::vector<ReadWindow>& found)
        : start_(start), end_(end), lookback_(lookback), found_(found) {}

    void visit(const Expr& expr, const Moments& moments) {
        if (const auto* selector = std::get_if<VectorSelector>(&expr.node)) {
            const auto [first, last, many] = shifted(selector->shift, moments);
            const auto [back, ahead] = extent(*selector, lookback_);
            const bool newest_only = !many && !selector->is_range() && ahead.ms == 0;
            found_.push_back({selector, first - back, last + ahead, newest_only});
        }
        auto inner = moments;
        if (const auto* subquery = std::get_if<Subquery>(&expr.node)) {
            inner = shifted(subquery->shift, moments);
            inner.first = inner.first - subquery->range;
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
        return {moments.first - shift.offset, moments.last - shift.offset, moments.are_many};
    }

    Timestamp start_;
    Timestamp end_;
    Duration lookback_;
    std::vector<ReadWindow>& found_;
};

} // namespace

Extent extent(const VectorSelector& selector, Duration lookback) {
    const bool smoothed = selector.extension == Extension::Smoothed;
    const Duration ahead = smoothed ? lookback : Duration();
    if (!selector.is_range()) return {lookback, ahead};
    const bool extended = selector.extension != Extension::None;
    return {extended ? selector.range + lookback : selector.range, ahead};
}

std::vector<ReadWindow> windows(const Expr& expr, Timestamp start, Timestamp end,
                                Duration lookback) {
    std::vector<ReadWindow> found;
    start = bounded(start);
    end = bounded(end);
    Walk(start, end, lookback, found).visit(expr, {start, end, start != end});
    return found;
}

} // namespace keepwatch::promql
