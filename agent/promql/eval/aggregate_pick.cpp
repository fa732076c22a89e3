#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/eval/aggregate.h"
#include "promql/eval/label_hash.h"
#include "promql/go_sort.h"

namespace keepwatch::promql {
namespace {

// How many elements topk, bottomk and limitk take, at most `most`.
Result<std::size_t> whole_number(double parameter, std::size_t most) {
    constexpr double int64_max = 9223372036854774784.0; // The largest double below 2^63.
    constexpr double int64_min = -9223372036854775808.0;
    if (parameter < 1 && !std::isnan(parameter)) return std::size_t{0};
    if (std::isnan(parameter)) return execution_error("Parameter value is NaN");
    if (parameter <= int64_min)
        return execution_error(
            fmt::format("Scalar value {} underflows int64", format_number_go(parameter)));
    if (parameter >= int64_max)
        return execution_error(
            fmt::format("Scalar value {} overflows int64", format_number_go(parameter)));
    return static_cast<std::size_t>(std::min(parameter, static_cast<double>(most)));
}

// Keeps the k best of a group in a heap with the worst on top. Which of equal elements stay follows
// from the heap, so it is Prometheus's, step by step (Go's container/heap), and not the library's.
class BestOf {
public:
    BestOf(AggregateOp op, std::size_t k, const VectorValue& input)
        : op_(op), k_(k), input_(input) {}

    void offer(std::size_t member) {
        if (!has_all()) {
            heap_.push_back(member);
            sift_up(heap_.size() - 1);
        } else if (is_better_than_top(member)) {
            heap_[0] = member;
            sift_down(0);
        }
    }

    bool has_all() const { return heap_.size() == k_; }

    // Best first, NaN last.
    std::vector<std::size_t> take() && {
        sort_like_go(heap_, [&](std::size_t left, std::size_t right) {
            return std::isnan(value(right)) || is_worse(value(right), value(left));
        });
        return std::move(heap_);
    }
    std::vector<std::size_t> take_as_kept() && { return std::move(heap_); }

private:
    double value(std::size_t member) const { return input_[member].value; }
    bool is_worse(double left, double right) const {
        return op_ == AggregateOp::Bottomk ? left > right : left < right;
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
    evaluation.parameters.add(aggregate, ratio);
    return std::clamp(ratio, -1.0, 1.0);
}

} // namespace

Result<VectorValue> pick(Evaluation& evaluation, const Aggregate& aggregate, double parameter,
                         const Grouping& grouping, const VectorValue& input) {
    const bool by_ratio = aggregate.op == AggregateOp::LimitRatio;
    double ratio = 0;
    std::size_t k = input.size();
    if (by_ratio) {
        KW_TRY(ratio, checked_ratio(evaluation, aggregate, parameter));
    } else {
        KW_TRY(k, whole_number(parameter, input.size()));
    }
    VectorValue result;
    if (by_ratio ? ratio == 0 : k == 0) return result;
    const bool is_ranked =
        aggregate.op == AggregateOp::Topk || aggregate.op == AggregateOp::Bottomk;
    const auto members = grouping.members();
    std::span<const std::uint32_t> left = members;
    for (const auto& group : grouping.groups) {
        BestOf best(aggregate.op, k, input);
        for (const auto member : left.first(group.size)) {
            if (by_ratio && !is_in_ratio(ratio, input[member].labels)) continue;
            if (is_ranked || !best.has_all()) best.offer(member);
        }
        const auto picked = is_ranked ? std::move(best).take() : std::move(best).take_as_kept();
        for (const auto member : picked) result.push_back(input[member]);
        left = left.subspan(group.size);
    }
    return result;
}

} // namespace keepwatch::promql
