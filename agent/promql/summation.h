#pragma once

#include <cmath>

namespace keepwatch::promql {

// A sum that carries what rounding lost (Kahan, with Neumaier's improvement), so that the order of
// the terms hardly matters: 1e100 + 1 - 1e100 is 1.
class CompensatedSum {
public:
    CompensatedSum() = default;
    CompensatedSum(double sum, double lost) : sum_(sum), lost_(lost) {}

    void add(double term) {
        const double next = sum_ + term;
        if (std::isinf(next))
            lost_ = 0;
        else if (std::fabs(sum_) >= std::fabs(term))
            lost_ += (sum_ - next) + term;
        else
            lost_ += (term - next) + sum_;
        sum_ = next;
    }
    CompensatedSum scaled(double factor) const { return {sum_ * factor, lost_ * factor}; }
    double sum() const { return sum_; }
    double lost() const { return lost_; }
    double value() const { return sum_ + lost_; }

private:
    double sum_ = 0;
    double lost_ = 0;
};

// The arithmetic mean. When the sum overflows it goes on incrementally, so that the mean of two
// very large numbers is a number.
class Mean {
public:
    void add(double value) {
        count_ += 1;
        if (!is_incremental_) {
            auto next = sum_;
            next.add(value);
            if (count_ == 1 || !std::isinf(next.sum())) {
                sum_ = next;
                return;
            }
            is_incremental_ = true;
            mean_ = sum_.scaled(1 / (count_ - 1));
        }
        mean_ = mean_.scaled((count_ - 1) / count_);
        mean_.add(value / count_);
    }
    double value() const {
        if (is_incremental_) return mean_.value();
        return sum_.sum() / count_ + sum_.lost() / count_;
    }

private:
    double count_ = 0;
    bool is_incremental_ = false;
    CompensatedSum sum_;
    CompensatedSum mean_;
};

// The population variance by Welford's method, compensated.
class Variance {
public:
    void add(double value) {
        count_ += 1;
        const double delta = value - mean_.value();
        mean_.add(delta / count_);
        squares_.add(delta * (value - mean_.value()));
    }
    double value() const { return squares_.value() / count_; }

private:
    double count_ = 0;
    CompensatedSum mean_;
    CompensatedSum squares_;
};

} // namespace keepwatch::promql
