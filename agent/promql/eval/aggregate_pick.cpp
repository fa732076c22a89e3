#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/eval/aggregate.h"
#include "promql/eval/label_hash.h"

namespace keepwatch::promql {
namespace {

// How many elements topk, bottomk and limitk take.
Result<std::size_t> whole_number(double parameter) {
    constexpr double int64_max = 9223372036854775808.0;
    if (std::isnan(parameter)) return execution_error("Parameter value is NaN");
    if (parameter >= int64_max)
        return execution_error(
            fmt::format("Scalar value {} overflows int64", format_number_go(parameter)));
    if (parameter <= -int64_max)
        return execution_error(
            fmt::format("Scalar value {} underflows int64", format_number_go(parameter)));
    if (parameter < 1) return std::size_t{0};
    return static_cast<std::size_t>(std::min(parameter, 1e15));
}

// Keeps the k best of a group in a heap with the worst on top. Which of equal elements stay follows
// from the heap, so it is Prometheus's, step by step (Go's container/heap), and not the library's.
class BestOf {
public:
    BestOf(AggregateOp op, std::size_t k, const VectorValue& input)
        : op_(op), k_(k), input_(input) {}

    void offer(std::size_t member) {
        if (heap_.size() < k_) {
            heap_.push_back(member);
            sift_up(heap_.size() - 1);
        } else if (is_better_than_top(member)) {
            heap_[0] = member;
            sift_down(0);
        }
    }

    // Best first, NaN last.
    std::vector<std::size_t> take() && {
        std::stable_sort(heap_.begin(), heap_.end(), [&](std::size_t left, std::size_t right) {
            if (std::isnan(value(left))) return false;
            return std::isnan(value(right)) || is_worse(value(right), value(left));
        });
        return std::move(heap_);
    }

private:
    double value(std::size_t member) const { return input_[member].value; }
    bool is_worse(double left, double right) const {
        return op_ == AggregateOp::Topk ? left < right : left > right;
    }
    bool is_better_than_top(std::size_t member) const {
        const double top = value(heap_[0]);
        return is_worse(top, value(member)) || (std::isnan(top) && !std::isnan(value(member)));
    }
    bool goes_above(std::size_t i, std::size_t j) const {
        return std::isnan(value(heap_[i])) || is_worse(value(heap_[i]), value(heap_[j]));
    }
    void sift_up(std::size_t i) {
        for (; i > 0 && goes_above(i, (i - 1) / 2); i = (i - 1) / 2)
            std::swap(heap_[i], heap_[(i - 1) / 2]);
    }
    void sift_down(std::size_t i) {
        for (;;) {
            auto child = 2 * i + 1;
            if (child >= heap_.size()) return;
            if (child + 1 < heap_.size() && goes_above(child + 1, child)) ++child;
            if (!goes_above(child, i)) return;
            std::swap(heap_[i], heap_[child]);
            i = child;
        }
    }

    AggregateOp op_;
    std::size_t k_;
    const VectorValue& input_;
    std::vector<std::size_t> heap_;
};

// Takes a fixed share of all series, the same ones each time; -r takes what r leaves.
bool is_in_ratio(double ratio, const Labels& labels) {
    const double place = static_cast<double>(label_hash(labels)) / static_cast<double>(UINT64_MAX);
    return ratio >= 0 ? place < ratio : place >= 1 + ratio;
}

Result<double> checked_ratio(Evaluation& evaluation, const Aggregate& aggregate, double ratio) {
    if (std::isnan(ratio)) return execution_error("Ratio value is NaN");
    if (ratio >= -1 && ratio <= 1) return ratio;
    const double capped = ratio > 0 ? 1 : -1;
    evaluation.notes.warn(fmt::format(
        "ratio value should be between -1 and 1, got {}, capping to {} ({})",
        format_number_go(ratio), format_number_go(capped), place_of(*aggregate.parameter)));
    return capped;
}

} // namespace

Result<VectorValue> pick(Evaluation& evaluation, const Aggregate& aggregate, double parameter,
                         const std::vector<Group>& groups, const VectorValue& input) {
    VectorValue result;
    if (aggregate.op == AggregateOp::LimitRatio) {
        KW_TRY(const double ratio, checked_ratio(evaluation, aggregate, parameter));
        for (const auto& group : groups)
            for (const auto member : group.members)
                if (is_in_ratio(ratio, input[member].labels)) result.push_back(input[member]);
        return result;
    }
    KW_TRY(const auto wanted, whole_number(parameter));
    if (wanted == 0) return result;
    for (const auto& group : groups) {
        auto members = group.members;
        const auto k = std::min(wanted, members.size());
        if (aggregate.op == AggregateOp::Limitk) {
            members.resize(k);
        } else {
            BestOf best(aggregate.op, k, input);
            for (const auto member : members) best.offer(member);
            members = std::move(best).take();
        }
        for (const auto member : members) result.push_back(input[member]);
    }
    return result;
}

} // namespace keepwatch::promql
