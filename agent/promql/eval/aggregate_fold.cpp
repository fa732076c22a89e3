#include <cmath>

#include "promql/eval/aggregate.h"
#include "promql/summation.h"

namespace keepwatch::promql {
namespace {

// What is made of the values of one group, one by one.

class Sum {
public:
    void add(double value) {
        // From the first, so that the sum of -0 is -0.
        if (is_first_)
            sum_ = CompensatedSum(value, 0);
        else
            sum_.add(value);
        is_first_ = false;
    }
    double value() const { return sum_.value(); }

private:
    bool is_first_ = true;
    CompensatedSum sum_;
};

// The one value that wins against all others; NaN wins only against NaN.
template <class Wins> class Best {
public:
    void add(double value) {
        if (is_first_ || Wins()(value, best_) || std::isnan(best_)) best_ = value;
        is_first_ = false;
    }
    double value() const { return best_; }

private:
    bool is_first_ = true;
    double best_ = 0;
};

// Welford's method, here without compensation, as in Prometheus.
class PlainVariance {
public:
    void add(double value) {
        count_ += 1;
        const double delta = value - mean_;
        mean_ += delta / count_;
        squares_ += count_ == 1 && std::isfinite(value) ? 0 : delta * (value - mean_);
    }
    double value() const { return squares_ / count_; }

private:
    double count_ = 0;
    double mean_ = 0;
    double squares_ = 0;
};

class PlainDeviation : public PlainVariance {
public:
    double value() const { return std::sqrt(PlainVariance::value()); }
};

class Count {
public:
    void add(double) { count_ += 1; }
    double value() const { return count_; }

private:
    double count_ = 0;
};

class One {
public:
    void add(double) {}
    static double value() { return 1; }
};

template <class Total>
VectorValue fold_into(const Grouping& grouping, const VectorValue& input, const Moment& now) {
    std::vector<Total> totals(grouping.groups.size());
    for (std::size_t i = 0; i < input.size(); ++i) totals[grouping.group_of[i]].add(input[i].value);
    VectorValue result;
    result.reserve(totals.size());
    for (std::size_t i = 0; i < totals.size(); ++i) {
        const auto& group = grouping.groups[i];
        result.push_back({group.labels, now.t, totals[i].value(), group.loses_name});
    }
    return result;
}

} // namespace

VectorValue fold(const Aggregate& aggregate, const Grouping& grouping, const VectorValue& input,
                 const Moment& now) {
    switch (aggregate.op) {
    case AggregateOp::Sum:
        return fold_into<Sum>(grouping, input, now);
    case AggregateOp::Avg:
        return fold_into<Mean>(grouping, input, now);
    case AggregateOp::Stdvar:
        return fold_into<PlainVariance>(grouping, input, now);
    case AggregateOp::Stddev:
        return fold_into<PlainDeviation>(grouping, input, now);
    case AggregateOp::Min:
        return fold_into<Best<std::less<>>>(grouping, input, now);
    case AggregateOp::Max:
        return fold_into<Best<std::greater<>>>(grouping, input, now);
    case AggregateOp::Count:
        return fold_into<Count>(grouping, input, now);
    default:
        return fold_into<One>(grouping, input, now); // group().
    }
}

} // namespace keepwatch::promql
