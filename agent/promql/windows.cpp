#include "promql/windows.h"

namespace keepwatch::promql {
namespace {

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
            const auto depth = selector->is_range() ? selector->range : lookback_;
            const bool newest_only = !many && !selector->is_range();
            found_.push_back({selector, first - depth, last, newest_only});
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
            moments.first = moments.last = shift.fixed;
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

std::vector<ReadWindow> windows(const Expr& expr, Timestamp start, Timestamp end,
                                Duration lookback) {
    std::vector<ReadWindow> found;
    Walk(start, end, lookback, found).visit(expr, {start, end, start != end});
    return found;
}

} // namespace keepwatch::promql
